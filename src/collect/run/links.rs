//! Symbolic links: told, searched, never followed.

use std::path::{Component, Path, PathBuf};

use super::Run;
use super::facts::{Piece, fact};
use crate::collect::file::Root;
use crate::text::{Place, printable_path};

impl Run<'_> {
    pub fn link(&mut self, root: &Root, path: &Path, target: &Path) {
        let ctx = self.facts.ctx;
        let mut piece = Piece::new(path, ctx.profile.surfaces.of(path));
        self.facts.name_scanned(&mut piece, target.as_os_str().as_encoded_bytes());
        let source = self.facts.source(&mut piece);
        let leads = leads(root, path, target);
        let entries = [
            ("path", piece.name.as_str().into()),
            ("surface", piece.surface.into()),
            ("target", printable_path(target).into()),
            ("escapes", matches!(leads, Leads::Out).into()),
            ("dangling", matches!(leads, Leads::Nowhere).into()),
        ];
        self.facts.links.push(fact(entries, Some(Place::new(source, crate::text::Span::default()))));
        match leads {
            Leads::Out => {
                let why = "a symbolic link out of the run directory: not followed";
                self.facts.gap(&piece.name, Some(piece.surface), why);
            }
            Leads::Round => {
                self.facts.gap(&piece.name, Some(piece.surface), "a loop of symbolic links");
            }
            Leads::Nowhere => {
                self.facts.gap(&piece.name, Some(piece.surface), "a symbolic link to nothing");
            }
            Leads::Inside(file) => self.roles.alias(path, file),
        }
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
