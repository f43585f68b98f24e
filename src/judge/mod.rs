//! Rules × evidence → findings, verdicts, gaps.

mod around;
mod chain;
pub mod claims;
mod evaluate;
mod leaks;
mod outcome;
mod run;
mod show;
mod waivers;

pub use chain::{Chain, ChainNode, Step};
pub use evaluate::{Judge, Judged};
pub use leaks::Leaks;
pub use outcome::{
    ClaimKind, ClaimSummary, ClaimVerdict, ConditionState, DocumentSummary, Outcome, RuleNote, RunSummary,
    RunVerdict, State, Verdict, Waived,
};
pub use run::{RunFacts, judge_run};
pub use show::{Show, neutral, one_line};
pub use waivers::{Applied, Waiver, Waivers};
