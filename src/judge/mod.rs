//! Rules × evidence → findings, verdicts, gaps.

pub mod claims;
mod evaluate;
mod outcome;
mod run;
mod show;
mod waivers;

pub use evaluate::{Judge, Judged, gaps_of};
pub use outcome::{
    ChainNode, ClaimKind, ClaimSummary, ClaimVerdict, ConditionState, DocumentSummary, Outcome, RuleNote,
    RunSummary, RunVerdict, State, Verdict, Waived,
};
pub use run::{RunFacts, judge_run};
pub use show::{Show, neutral, one_line};
pub use waivers::{Applied, Waiver, Waivers};
