//! Harness scripts as evidence: what a shell script would print, pass on, write down or fall back to.
//!
//! The script is parsed with the shell's own grammar and never run. What expands the endpoint's variable, or
//! a variable that took its value, is followed to where it ends up: a terminal, a process's arguments, a
//! file. A script that has nothing to do with the harness is searched for the value, and no more.

mod command;
mod commands;
mod ends;
mod facts;
mod grown;
mod listing;
mod literals;
mod parameters;
mod reader;
mod said;
mod scope;
mod sinks;
mod spelled;
mod trail;
mod unit;
mod units;
mod words;

use std::path::Path;

use self::facts::Shell;
use self::scope::Scope;
use self::words::Text;
use super::file::{Opened, Root, unreadable};
use super::{Context, leaks};
use crate::evidence::{Evidence, Gap, Map, Node, Read, Subject};
use crate::search::shapes::ShapeHit;
use crate::text::{Body, Place, Source, SourceId, Sources, Span};

/// Larger scripts are searched, not parsed.
const LARGEST: usize = 1 << 20;
const SURFACE: &str = "script";

/// Whether a file is a shell script: by its name, or, where that has no ending, by its first line. What can't be
/// opened may be one, and is taken for one: its collector says why it was not read.
#[must_use]
pub fn is_script(path: &Path) -> bool {
    match path.extension() {
        Some(ending) => ["sh", "bash"].iter().any(|shell| ending.eq_ignore_ascii_case(shell)),
        None => first_bytes(path).map_or(true, |bytes| {
            let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            std::str::from_utf8(line).is_ok_and(words::is_shell)
        }),
    }
}

fn first_bytes(path: &Path) -> Result<Vec<u8>, String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    open(path)?.take(128).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    Ok(bytes)
}

fn open(path: &Path) -> Result<Opened, String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let root = Root::open(folder).map_err(|error| unreadable(&error))?;
    root.file(Path::new(path.file_name().unwrap_or_default()))
}

/// Reads a script. The document's variables: `script {path, name, loop, delegate}`, `route` as in a
/// run's, `shell {prints, argv, files, knobs, starts, delegates}`, `leaks`, `digests_of_value`, `shapes`.
#[must_use]
pub fn collect(path: &Path, shown: &str, ctx: &Context<'_>) -> Evidence {
    let mut script = Script {
        ctx,
        path,
        shown,
        sources: Sources::default(),
        gaps: Vec::new(),
        read: Read::default(),
        leaks: Vec::new(),
        digests: Vec::new(),
        shapes: Vec::new(),
    };
    let source = script.sources.add(Source::new(shown, Some(SURFACE), Body::Unshown));
    let shell = script.content(source).unwrap_or_default();
    script.evidence(source, shell)
}

struct Script<'c> {
    ctx: &'c Context<'c>,
    path: &'c Path,
    shown: &'c str,
    sources: Sources,
    gaps: Vec<Gap>,
    read: Read,
    leaks: Vec<Node>,
    digests: Vec<Node>,
    shapes: Vec<Node>,
}

impl Script<'_> {
    fn gap(&mut self, why: impl Into<String>) {
        self.gaps.push(Gap::new(self.shown, Some(SURFACE), why));
    }

    fn content(&mut self, source: SourceId) -> Option<Shell> {
        let (path, most) = (self.path, self.ctx.limits.held_bytes);
        let mut bytes = Vec::new();
        let read = open(path).and_then(|mut opened| {
            opened.read_whole(&mut bytes, most).map_err(|error| unreadable(&error))?;
            let same = opened.unchanged().map_err(|error| unreadable(&error))?;
            Ok((opened.stamp.len, same))
        });
        match read {
            Ok((_, true)) => {}
            Ok((_, false)) => self.gap("changed while it was read"),
            Err(why) => {
                self.gap(why);
                return None;
            }
        }
        self.read.files += 1;
        self.read.bytes += bytes.len() as u64;
        if bytes.len() as u64 >= most {
            self.gap(format!("larger than {most} bytes: not wholly searched"));
        }
        self.search(source, &bytes);
        let held = self.sources.get_mut(source)?;
        held.body = Body::Held(bytes.as_slice().into());
        if bytes.len() > LARGEST || bytes.len() as u64 > most {
            self.gap("too large to parse");
            return None;
        }
        self.parse(source, &bytes)
    }

    fn search(&mut self, source: SourceId, bytes: &[u8]) {
        let scan = self.ctx.engine.scan(bytes, self.ctx.limits);
        for why in scan.gaps {
            self.gap(why);
        }
        for hit in &scan.hits {
            let mut place = Place::on_line(source, hit.span, hit.line, hit.line_start);
            place.opaque = hit.opaque;
            let fact = Node::new(leaks::fact(hit, SURFACE, self.shown, "content"), Some(place));
            let list = if leaks::algorithm(hit).is_some() { &mut self.digests } else { &mut self.leaks };
            list.push(fact);
        }
        let name = self.ctx.engine.scan(self.shown.as_bytes(), self.ctx.limits);
        for why in name.gaps {
            self.gap(why);
        }
        for hit in &name.hits {
            let place = Place::new(source, Span::default()).opaque();
            self.leaks.push(Node::new(leaks::fact(hit, SURFACE, self.shown, "path"), Some(place)));
        }
        let in_content = self.ctx.shapes.map(|shapes| shapes.scan(bytes)).unwrap_or_default();
        let in_name = self.ctx.shapes.map(|shapes| shapes.scan_name(self.shown.as_bytes()));
        let in_name = in_name.into_iter().flatten().map(ShapeHit::nowhere);
        for hit in in_content.into_iter().chain(in_name) {
            let mut fact = Map::new();
            fact.insert("surface", SURFACE);
            fact.insert("path", self.shown);
            fact.insert("kind", hit.kind.as_str());
            fact.insert("severity", hit.severity.as_str());
            let place = Place::on_line(source, hit.span, hit.line, hit.line_start);
            self.shapes.push(Node::new(fact, Some(place)));
        }
    }

    fn parse(&mut self, source: SourceId, bytes: &[u8]) -> Option<Shell> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.gap("not UTF-8: not parsed");
            return None;
        };
        if !self.concerned(text) {
            return None;
        }
        let spec = &self.ctx.profile.spec;
        let units = units::read(Text::new(text, source), spec, &mut |why| self.gap(why))?;
        Some(Shell::read(&units, &Scope::read(&units, spec), spec))
    }

    /// Whether the script has to do with the harness: by its place, or by what it names.
    fn concerned(&self, text: &str) -> bool {
        let spec = &self.ctx.profile.spec;
        let named = |word: &str| text.contains(word);
        self.path.iter().any(|part| part == "harness")
            || named(&spec.endpoint_variable)
            || named(spec.route.delegate.get_ref())
            || spec.inputs.iter().any(|input| named(&input.name))
    }

    fn evidence(self, source: SourceId, shell: Shell) -> Evidence {
        let spec = &self.ctx.profile.spec;
        let whole = Some(Place::new(source, Span::default()));
        let name = self.shown.rsplit('/').next().unwrap_or(self.shown);
        let mut script = Map::new();
        script.insert("path", Node::new(self.shown, whole));
        script.insert("name", Node::new(name, whole));
        script.insert("loop", Node::new(words::is_loop(name, spec.route.baseline_engine.get_ref()), whole));
        script.insert("delegate", Node::new(name == spec.route.delegate.get_ref(), whole));
        let mut document = Map::new();
        document.insert("script", Node::new(script, whole));
        document.insert("route", crate::collect::route(spec));
        document.insert("shell", shell.into_node(whole));
        document.insert("leaks", self.leaks);
        document.insert("digests_of_value", self.digests);
        document.insert("shapes", self.shapes);
        Evidence {
            subject: Subject::Script,
            id: self.shown.to_owned(),
            path: self.shown.to_owned(),
            document: Node::new(document, whole),
            sources: self.sources,
            gaps: self.gaps,
            read: self.read,
        }
    }
}

#[cfg(test)]
mod tests;
