//! A sentence that makes work items wait.

use super::pattern::Pattern;
use super::surfaces::Malformed;
use super::{DocumentsSpec, GateSentence};

#[derive(Debug)]
pub struct Gate {
    pub pattern: Pattern,
    /// The index of the condition that the sentence itself stands for.
    pub condition: Option<usize>,
}

impl Gate {
    pub(super) fn read(gate: &GateSentence, spec: &DocumentsSpec) -> Result<Self, Malformed> {
        let position = |name: &String| {
            let at = spec.condition.iter().position(|condition| condition.name == *name);
            let what = || format!("no condition is named `{name}`");
            at.ok_or_else(|| Malformed { what: what(), near: gate.pattern.clone() })
        };
        let condition = gate.condition.as_ref().map(position).transpose()?;
        Ok(Self { pattern: Pattern::new(&gate.pattern, &spec.fragments), condition })
    }

    /// Compiles its pattern.
    ///
    /// # Errors
    /// A pattern that is none, or that lacks a group.
    pub(super) fn check(&self) -> Result<(), Malformed> {
        let pattern = self.pattern.check()?;
        let has = |group: &str| pattern.capture_names().flatten().any(|name| name == group);
        let what = if !has("items") {
            "a gate's `pattern` has no group named `items`"
        } else if self.condition.is_none() && !has("conditions") {
            "a gate names neither `condition` nor the group `conditions`"
        } else {
            return Ok(());
        };
        Err(Malformed { what: what.to_owned(), near: self.pattern.near().to_owned() })
    }
}
