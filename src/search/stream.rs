//! Streams: what is too large to hold is searched window by window, and containers member by member as well.

use std::io::{self, Read};

use super::container::{self, Kind, Member};
use super::explore::Explorer;
use super::layer::{From, Layer, Origin};
use super::settle::{self, Lines};
use super::windows::{CHUNK, CONTEXT, Passing, Window, Windows};

/// Bytes that views may make of one raw byte, beside the budget.
const ALLOWANCE: u64 = 8;

impl Explorer<'_> {
    /// Searches bytes that are all at hand, and what they hold if they are a container.
    pub fn slice(&mut self, bytes: &[u8], origin: &Origin, depth: u32) {
        let first = self.hits.len();
        let held = (
            std::mem::take(&mut self.decoded_until),
            std::mem::take(&mut self.numbers_until),
            std::mem::take(&mut self.opened_until),
        );
        let mut lines = Lines::default();
        let (mut start, mut waiting) = (0, 0);
        loop {
            let end = (start + CHUNK).min(bytes.len());
            let known = self.hits.len() - waiting;
            // What was looked through here, beyond the end too, is not looked through again: its finds count.
            let accept = (start as u64, u64::MAX);
            let layer = Layer {
                bytes,
                depth,
                from: From::Stream { offset: 0, accept, origin, whole: true },
                opened: true,
            };
            self.explore(&layer, start..bytes.len().min(end + CONTEXT));
            waiting = lines.number(&mut self.hits, known, bytes, 0, end);
            self.earn(origin, end - start);
            start = end;
            if start == bytes.len() {
                break;
            }
        }
        (self.decoded_until, self.numbers_until, self.opened_until) = held;
        self.wants_more = false;
        if let Some(kind) = container::sniff(bytes) {
            let within = origin.within.unwrap_or(crate::text::Span::of(0..bytes.len()));
            let inner =
                Origin { within: Some(within), forms: origin.forms.clone(), names: origin.names.clone() };
            self.open(kind, bytes, &inner, depth);
        } else {
            self.sealed(bytes);
        }
        settle::piece(&mut self.hits, first, origin);
    }

    /// Tells of bytes that are packed in a way that is not opened.
    fn sealed(&mut self, bytes: &[u8]) {
        if let Some(why) = container::sealed(bytes) {
            self.gap(&format!("not fully searched: {why}"));
        }
    }

    /// Opens a container and searches each member. `origin` is where the container stands.
    pub fn open(&mut self, kind: Kind, bytes: &[u8], origin: &Origin, depth: u32) {
        let told = self.unread_of(kind, bytes, origin, depth);
        self.gaps.extend(told);
    }

    /// The same; why the container itself was not fully read comes back, what its members left unread is told.
    pub fn unread_of(&mut self, kind: Kind, bytes: &[u8], origin: &Origin, depth: u32) -> Vec<String> {
        self.members(kind, origin, depth, |kind, meter, each| container::open(kind, bytes, meter, each))
    }

    fn members(
        &mut self,
        kind: Kind,
        origin: &Origin,
        depth: u32,
        walk: impl FnOnce(Kind, &dyn container::Meter, &mut dyn FnMut(Member<'_>)) -> Result<(), String>,
    ) -> Vec<String> {
        if depth >= self.limits.depth {
            return vec!["not fully searched: containers are nested deeper than the limit".to_owned()];
        }
        let mut unread = Vec::new();
        let mut forms = origin.forms.clone();
        forms.push(kind.form());
        let meter = self.budget;
        let outcome = walk(kind, meter, &mut |member: Member<'_>| {
            let mut inner =
                Origin { within: origin.within, forms: forms.clone(), names: origin.names.clone() };
            if let Some(name) = &member.name {
                self.slice(name.as_bytes(), &inner, depth + 1);
                inner.names.push(name.clone());
            }
            if self.stream(member.content, &inner, depth + 1).is_err() {
                unread.push("not fully searched: a part of a container could not be read".to_owned());
            }
        });
        unread.extend(outcome.err().map(|why| format!("not fully searched: {}: {why}", kind.name())));
        unread
    }

    /// Searches a stream; returns its length.
    pub fn stream(&mut self, reader: &mut dyn Read, origin: &Origin, depth: u32) -> io::Result<u64> {
        let held = usize::try_from(self.limits.held_bytes).unwrap_or(usize::MAX).max(CHUNK + 2 * CONTEXT);
        let mut window = Window::default();
        if window.fill(reader, CHUNK + CONTEXT)? {
            self.slice(window.bytes(), origin, depth);
            return Ok(window.bytes().len() as u64);
        }
        if let Some(kind) = container::sniff(window.bytes()) {
            if window.fill(reader, held)? {
                self.slice(window.bytes(), origin, depth);
                return Ok(window.bytes().len() as u64);
            }
            return self.long_container(kind, window.bytes(), reader, held, origin, depth);
        }
        self.sealed(window.bytes());
        self.windows(reader, window, held, origin, depth)
    }

    /// A container that is too large to hold: its members are searched as they go by.
    fn long_container(
        &mut self,
        kind: Kind,
        head: &[u8],
        reader: &mut dyn Read,
        held: usize,
        origin: &Origin,
        depth: u32,
    ) -> io::Result<u64> {
        let first = self.hits.len();
        let mut whole = head.chain(reader);
        // What no member shows (a comment, a link's target, bytes between two entries) stands in the raw bytes alone.
        let mut raw =
            Passing::new(&mut whole, self.beside(), Windows::new(Window::default(), held, origin, depth));
        let within = origin.within.unwrap_or(crate::text::Span::new(0, u64::MAX));
        let inner =
            Origin { within: Some(within), forms: origin.forms.clone(), names: origin.names.clone() };
        let told = self
            .members(kind, &inner, depth, |kind, meter, each| container::walk(kind, &mut raw, meter, each));
        self.gaps.extend(told);
        // What a reader of the format leaves behind is still part of the file.
        let rest = io::copy(&mut raw, &mut io::sink());
        let (count, hits, gaps) = raw.finish();
        for hit in self.hits.iter_mut().skip(first) {
            hit.span.end = hit.span.end.min(count);
        }
        self.hits.splice(first..first, hits);
        self.gaps.extend(gaps);
        settle::piece(&mut self.hits, first, origin);
        rest.map(|_| count)
    }

    /// Raw bytes bring their own allowance: a long text with an escape here and there is no bomb.
    pub fn earn(&self, origin: &Origin, raw: usize) {
        if origin.within.is_none() {
            self.budget.borrow_mut().earn(raw as u64 * ALLOWANCE);
        }
    }

    fn windows(
        &mut self,
        reader: &mut dyn Read,
        window: Window,
        held: usize,
        origin: &Origin,
        depth: u32,
    ) -> io::Result<u64> {
        let first = self.hits.len();
        let mut windows = Windows::new(window, held, origin, depth);
        while !windows.read(self, reader)? {}
        settle::piece(&mut self.hits, first, origin);
        Ok(windows.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoints;
    use crate::search::{Engine, Limits};

    /// Gives its bytes, and then what a failing disk gives.
    struct Failing<'a>(&'a [u8]);

    impl Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk fails")),
                read => Ok(read),
            }
        }
    }

    /// So much noise does not fit into what may be held.
    fn noise() -> Vec<u8> {
        let mut state = 7u64;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56).to_le_bytes()[0]
        });
        noise.take(2 << 20).collect()
    }

    fn limits() -> Limits {
        Limits { held_bytes: 1 << 20, ..Limits::default() }
    }

    fn tar(link: &str) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(2 << 20);
        archive.append_data(&mut header, "noise", noise().as_slice()).expect("an entry");
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        archive.append_link(&mut header, "latest", link).expect("a link");
        archive.into_inner().expect("an archive")
    }

    #[test]
    fn what_no_member_of_a_long_container_shows_is_found() {
        let value = "http://spark9.tail4f2a.ts.net:8000/v1";
        let mut endpoints = Endpoints::none();
        endpoints.add(zeroize::Zeroizing::new(value.as_bytes().to_vec()), "a test").expect("a value");
        let engine = Engine::new(&endpoints);
        let gzip = |comment: &str, content: &[u8]| {
            let mut writer =
                flate2::GzBuilder::new().comment(comment).write(Vec::new(), flate2::Compression::best());
            std::io::Write::write_all(&mut writer, content).expect("packed");
            writer.finish().expect("packed")
        };
        let raw = (value, "plain");
        for (bytes, (value, form)) in [
            (tar(value), raw),
            (gzip(value, &noise()), raw),
            (gzip("", &tar(value)), (value, "archive")),
            (gzip("", &tar("elsewhere")), ("", "")),
        ] {
            let scan = engine.scan_reader(&mut bytes.as_slice(), &limits()).expect("read");
            let found: Vec<&str> = scan.hits.iter().map(|hit| hit.form.as_str()).collect();
            assert_eq!(found, if value.is_empty() { vec![] } else { vec![form] }, "{:?}", scan.gaps);
        }
    }

    #[test]
    fn what_fails_behind_a_long_container_is_told() {
        let bytes = [crate::search::chains::gzip(&noise()), vec![0; 1 << 20]].concat();
        let engine = Engine::new(&Endpoints::none());
        assert!(engine.scan_reader(&mut bytes.as_slice(), &limits()).is_ok());
        for cut in [bytes.len(), bytes.len() - 9, 1 << 20] {
            assert!(engine.scan_reader(&mut Failing(&bytes[..cut]), &limits()).is_err(), "{cut}");
        }
    }
}
