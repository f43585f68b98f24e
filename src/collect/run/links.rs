//! Symbolic links: told, searched, never followed.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::Run;
use super::facts::{Piece, fact};
use super::nested::is_of_another;
use crate::collect::file::{Kind, Root, Walked};
use crate::text::{Place, printable_path};

/// Names that links to folders may give to files, taken together.
const NAMES: usize = 100_000;

impl Run<'_> {
    /// Tells every link, and gives each file the names that links within the run directory make for it.
    pub fn links(&mut self, root: &Root, walked: &Walked) {
        let mut inside = BTreeMap::new();
        for entry in &walked.entries {
            if let Kind::Link(target) = &entry.kind
                && let Some(end) = self.link(root, &entry.path, target)
            {
                inside.insert(entry.path.as_path(), end);
            }
        }
        if !inside.is_empty() {
            self.other_names(walked, &inside);
        }
    }

    /// What a linked folder holds has its name through the link too. A link to a folder among that has names
    /// without end, or is not worth the trouble: a gap.
    fn other_names(&mut self, walked: &Walked, inside: &BTreeMap<&Path, PathBuf>) {
        let kinds: BTreeMap<&Path, &Kind> =
            walked.entries.iter().map(|entry| (entry.path.as_path(), &entry.kind)).collect();
        let file = |end: &Path| matches!(kinds.get(end), Some(Kind::File));
        let mut room = NAMES;
        for (link, end) in inside {
            if file(end) {
                self.roles.alias(link.to_path_buf(), end);
                continue;
            }
            let mut why = None;
            let below = kinds.range(end.as_path()..).take_while(|(path, _)| path.starts_with(end));
            for (path, kind) in below {
                let own = match kind {
                    Kind::Link(_) => inside.get(path).map(PathBuf::as_path),
                    _ => Some(*path),
                };
                let (Some(own), Ok(rest)) = (own, path.strip_prefix(end)) else { continue };
                if room == 0 {
                    why = Some("holds too many files");
                    break;
                }
                if file(own) {
                    room -= 1;
                    self.roles.alias(link.join(rest), own);
                } else if matches!(kind, Kind::Link(_)) {
                    why = Some("holds links to folders");
                }
            }
            if let Some(why) = why {
                let piece = Piece::new(link, self.facts.ctx.profile.surfaces.of(link));
                let why = format!("a symbolic link to a folder that {why}: not read under this name");
                self.facts.gap(&piece.name, Some(piece.surface), why);
            }
        }
    }

    /// Tells a link; where it leads, if that is in the run directory.
    fn link(&mut self, root: &Root, path: &Path, target: &Path) -> Option<PathBuf> {
        let ctx = self.facts.ctx;
        let mut piece = Piece::new(path, ctx.profile.surfaces.of(path));
        self.facts.name_scanned(&mut piece, target.as_os_str().as_encoded_bytes());
        let source = self.facts.source(&mut piece);
        let leads = match leads(root, path, target) {
            // What lies there, or in it, is another run's.
            Leads::Inside(end) if is_of_another(ctx.profile, &end.join("_")) => Leads::Out,
            leads => leads,
        };
        let entries = [
            ("path", piece.name.as_str().into()),
            ("surface", piece.surface.into()),
            ("target", printable_path(target).into()),
            ("escapes", matches!(leads, Leads::Out).into()),
            ("dangling", matches!(leads, Leads::Nowhere).into()),
            ("leads_to", leads.inside().map(printable_path).into()),
        ];
        self.facts.links.push(fact(entries, Some(Place::new(source, crate::text::Span::default()))));
        let why = match leads {
            Leads::Out => "a symbolic link out of the run directory: not followed",
            Leads::Round => "a loop of symbolic links",
            Leads::Nowhere => "a symbolic link to nothing",
            Leads::Inside(end) => return Some(end),
        };
        self.facts.gap(&piece.name, Some(piece.surface), why);
        None
    }
}

fn leads(root: &Root, path: &Path, target: &Path) -> Leads {
    let run = root.path();
    match (run.join(path).canonicalize(), run.canonicalize()) {
        (Ok(end), Ok(run)) => {
            end.strip_prefix(&run).map_or(Leads::Out, |inside| Leads::Inside(inside.to_owned()))
        }
        (Err(error), _) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            Leads::Round
        }
        _ if stays(path, target) => Leads::Nowhere,
        _ => Leads::Out,
    }
}

enum Leads {
    Inside(PathBuf),
    Out,
    Nowhere,
    Round,
}

impl Leads {
    fn inside(&self) -> Option<&Path> {
        if let Self::Inside(end) = self { Some(end) } else { None }
    }
}

/// Whether a link's text, taken by itself, stays in the run directory.
fn stays(path: &Path, target: &Path) -> bool {
    let mut depth = path.components().count().saturating_sub(1);
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}
