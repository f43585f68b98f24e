//! One piece of evidence judged by itself: a hook's way, which has milliseconds.

use std::time::Instant;

use super::outcome::Gathered;
use super::{Audit, AuditError, Quiet, Settings, Tools};
use crate::collect::Context;
use crate::evidence::{Evidence, Gap, Node};
use crate::judge::Outcome;
use crate::profile::Profile;
use crate::rule::Pack;
use crate::search::Engine;
use crate::search::shapes::Shapes;

/// What a hook collects with. The rules are not needed before something was found.
pub struct Alone<'a> {
    settings: &'a Settings,
    profile: &'a Profile,
    engine: &'a Engine,
    shapes: Option<Shapes>,
    started: Instant,
}

impl<'a> Alone<'a> {
    /// # Errors
    /// Shapes of the profile that are none.
    pub fn new(
        settings: &'a Settings,
        profile: &'a Profile,
        engine: &'a Engine,
    ) -> Result<Self, AuditError> {
        let started = Instant::now();
        let shapes = (!engine.knows_host()).then(|| Shapes::new(&profile.spec.allow_shapes)).transpose()?;
        Ok(Self { settings, profile, engine, shapes, started })
    }

    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context {
            profile: self.profile,
            engine: self.engine,
            limits: &self.settings.limits,
            shapes: self.shapes.as_ref(),
            targets: &[],
        }
    }

    /// Tells with the evidence what keeps it from being wholly searched. That no value or pepper is at hand is no such
    /// thing: hooks run where neither is.
    pub fn close(&self, evidence: &mut Evidence) {
        self.engine.save_fingerprints();
        let gaps = self.engine.uncompared_hosts().into_iter().chain(self.engine.value_gap());
        evidence.gaps.extend(gaps.map(|why| Gap::new(".", None, why)));
    }

    /// Whether there is nothing that a rule of leaks could fire on, and nothing was left unread.
    #[must_use]
    pub fn is_clean(evidence: &Evidence) -> bool {
        let empty = |name: &str| {
            let list = evidence.document.get(name).and_then(Node::as_list);
            list.is_some_and(<[Node]>::is_empty)
        };
        evidence.gaps.is_empty() && ["leaks", "shapes", "digests_of_value"].into_iter().all(empty)
    }

    /// The outcome of this evidence alone. Waivers apply; that one matches nothing is no fault here.
    ///
    /// # Errors
    /// As [`super::audit`].
    pub fn judge(&self, pack: &'a Pack, evidence: Evidence) -> Result<Outcome, AuditError> {
        let tools = Tools { profile: self.profile, engine: self.engine, pack };
        let audit = Audit::new(self.settings, tools, &Quiet)?;
        let mut gathered = Gathered { part: true, ..Gathered::default() };
        audit.subject(evidence, &mut gathered);
        Ok(gathered.outcome(self.settings, tools, self.started))
    }
}
