//! What is written may be read by a CI runner, in a job's log: nothing that comes from evidence may command it.
//!
//! A runner takes a line that begins with `::` for a command, and what stands behind `##[`, `##vso[` or `##teamcity[`
//! anywhere. In a text these are spelled out; in JSON no line begins with a colon, and a bracket is written as an escape
//! that every reader takes for the same bracket.

use std::borrow::Cow;
use std::io::{self, Write};

/// What stands before the bracket.
const ANYWHERE: [&str; 3] = ["##", "##vso", "##teamcity"];

/// A text without commands.
#[must_use]
pub fn without_commands(text: &str) -> Cow<'_, str> {
    let at_start = |line: &str| line.trim_start().starts_with("::");
    let marked = memchr::memmem::find(text.as_bytes(), b"##").is_some();
    let colons = |at: usize| text.as_bytes().get(at + 1) == Some(&b':');
    if !marked && !memchr::memchr_iter(b':', text.as_bytes()).any(colons) {
        return Cow::Borrowed(text);
    }
    let words = ANYWHERE.map(|word| format!("{word}["));
    let anywhere = |line: &str| marked && words.iter().any(|word| line.contains(word));
    if !text.lines().any(|line| at_start(line) || anywhere(line)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let mut line = line.to_owned();
        if at_start(&line) {
            line = line.replacen("::", "\\u{3a}:", 1);
        }
        for word in &words {
            line = line.replace(word, &word.replacen('#', "\\u{23}", 1));
        }
        out.push_str(&line);
    }
    Cow::Owned(out)
}

/// A document in JSON that has lines, without commands.
///
/// # Errors
/// What can't be written as JSON.
pub fn json_lines(document: &impl serde::Serialize) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let write = |out: &mut dyn Write| Ok(serde_json::to_writer_pretty(out, document)?);
    json(&mut text, write).map_err(serde_json::Error::io)?;
    text.push(b'\n');
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Writes lines of text without commands. What has no line's end yet is held back until [`Lines::finish`].
pub(super) struct Lines<'a> {
    out: &'a mut dyn Write,
    held: Vec<u8>,
}

impl<'a> Lines<'a> {
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { out, held: Vec::new() }
    }

    pub fn finish(mut self) -> io::Result<()> {
        let rest = self.held.len();
        self.release(rest)
    }

    fn release(&mut self, len: usize) -> io::Result<()> {
        let rest = self.held.split_off(len);
        let lines = std::mem::replace(&mut self.held, rest);
        match std::str::from_utf8(&lines) {
            Ok(text) => self.out.write_all(without_commands(text).as_bytes()),
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let start = self.held.len();
        self.held.extend_from_slice(bytes);
        if let Some(end) = memchr::memrchr(b'\n', bytes) {
            self.release(start + end + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes JSON in which no command stands. Outside its texts there is no `#`.
pub(super) struct Json<'a> {
    out: &'a mut dyn Write,
    /// The last bytes that were written, as many as stand before a bracket.
    last: Vec<u8>,
}

/// Bytes of the longest word before a bracket.
const LONGEST: usize = ANYWHERE[2].len();

/// A word at a time is what JSON is written in: it is gathered, and then looked through at once.
const GATHERED: usize = 64 << 10;

/// Has a document written as JSON without commands.
pub(super) fn json(
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut gathered = io::BufWriter::with_capacity(GATHERED, Json::new(out));
    write(&mut gathered)?;
    gathered.flush()
}

impl<'a> Json<'a> {
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { out, last: Vec::with_capacity(2 * LONGEST) }
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.last.extend_from_slice(bytes.get(bytes.len().saturating_sub(LONGEST)..).unwrap_or_default());
        self.last.drain(..self.last.len().saturating_sub(LONGEST));
        Ok(())
    }

    /// Whether a bracket behind these bytes, and those that were written before them, is a command's.
    fn commands(&self, before: &[u8]) -> bool {
        let ends = |text: &[u8]| ANYWHERE.iter().any(|word| text.ends_with(word.as_bytes()));
        match before.last().or(self.last.last()) {
            Some(b'#' | b'o' | b'y') if before.len() >= LONGEST => ends(before),
            Some(b'#' | b'o' | b'y') => ends(&[self.last.as_slice(), before].concat()),
            _ => false,
        }
    }
}

impl Write for Json<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut done = 0;
        for bracket in memchr::memchr_iter(b'[', bytes) {
            let before = bytes.get(done..bracket).unwrap_or_default();
            if self.commands(before) {
                self.pass(before)?;
                self.pass(b"\\u005b")?;
                done = bracket + 1;
            }
        }
        self.pass(bytes.get(done..).unwrap_or_default())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_spelled_out_in_a_text() {
        for (text, told) in [
            ("a\n  ::error::x ## y\n##[z]", "a\n  \\u{3a}:error::x ## y\n\\u{23}#[z]"),
            ("x ##vso[task] ##teamcity[y]", "x \\u{23}#vso[task] \\u{23}#teamcity[y]"),
            ("a ::b\n## c [d]", "a ::b\n## c [d]"),
        ] {
            assert_eq!(without_commands(text), told);
            for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
                let mut out = Vec::new();
                let mut lines = Lines::new(&mut out);
                lines.write_all(&text.as_bytes()[..cut]).expect("taken");
                lines.write_all(&text.as_bytes()[cut..]).expect("taken");
                lines.finish().expect("taken");
                assert_eq!(String::from_utf8(out).expect("text"), told, "cut at {cut}");
            }
        }
    }

    #[test]
    fn json_says_the_same_without_commands() {
        let text = "::error::x\n##[z] ##vso[a] \\##teamcity[b] ###[c] #[d] [e]";
        let json = serde_json::to_string_pretty(&[text, "##"]).expect("JSON");
        for cut in 0..json.len() {
            let mut out = Vec::new();
            let mut writer = Json::new(&mut out);
            writer.write_all(&json.as_bytes()[..cut]).expect("taken");
            writer.write_all(&json.as_bytes()[cut..]).expect("taken");
            let out = String::from_utf8(out).expect("text");
            assert!(!ANYWHERE.iter().any(|word| out.contains(&format!("{word}["))), "{out}");
            assert!(!out.lines().any(|line| line.trim_start().starts_with("::")), "{out}");
            let read: Vec<String> = serde_json::from_str(&out).expect("JSON");
            assert_eq!(read, [text, "##"], "cut at {cut}");
        }
    }
}
