//! What is wrong with a claim, in a word that rules ask for.

/// Why a claim does not stand; each but the last four is a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Stands,
    Contradicted,
    UnsupportedPass,
    PassNotProven,
    OutsideInterface,
    EndpointOnly,
    GateNotMet,
    ValidatorNotPassed,
    CommitNotFound,
    CommitSubjectDiffers,
    /// Nothing is cited, and no pass is claimed.
    Uncited,
    /// The citation names no run directory, or one that is not at hand.
    RunNotFound,
    NoRepository,
    Unjudged,
}

impl Why {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stands => "",
            Self::Contradicted => "contradicted",
            Self::UnsupportedPass => "unsupported-pass",
            Self::PassNotProven => "pass-not-proven",
            Self::OutsideInterface => "outside-interface",
            Self::EndpointOnly => "endpoint-only",
            Self::GateNotMet => "gate-not-met",
            Self::ValidatorNotPassed => "validator-not-passed",
            Self::CommitNotFound => "commit-not-found",
            Self::CommitSubjectDiffers => "commit-subject-differs",
            Self::Uncited => "uncited",
            Self::RunNotFound => "run-not-found",
            Self::NoRepository => "no-repository",
            Self::Unjudged => "unjudged",
        }
    }
}
