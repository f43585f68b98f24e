//! Rules × evidence → findings, verdicts, gaps.

mod outcome;

pub use outcome::{
    ChainNode, ClaimKind, ClaimSummary, ClaimVerdict, ConditionState, DocumentSummary, Outcome, RuleNote,
    RunSummary, RunVerdict, State, Verdict, Waived,
};
