//! The form of a git configuration: sections, keys and values, as git itself reads them.
//!
//! Git refuses a file with a line that is none; here the line is told, and the rest is read on, for it still says
//! what there is to see.

/// One `key = value` and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// In lower case.
    pub section: String,
    /// The name behind it: `[submodule "name"]`. Empty where there is none.
    pub of: String,
    /// In lower case.
    pub key: String,
    pub value: String,
}

/// The settings in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub all: Vec<Setting>,
    /// The first line that git could not read, from 1.
    pub fault: Option<u64>,
}

/// Reads a configuration.
#[must_use]
pub fn parse(bytes: &[u8]) -> Settings {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = Reader { bytes, at: 0, line: 1 };
    let mut settings = Settings::default();
    let (mut section, mut of) = (String::new(), String::new());
    while reader.at < bytes.len() {
        let line = reader.line;
        let read = match reader.peek() {
            b'#' | b';' => {
                reader.rest_of_line();
                Some(())
            }
            b'[' => reader.header().map(|header| (section, of) = header),
            byte if byte.is_ascii_alphabetic() => reader.setting().map(|(key, value)| {
                let (section, of) = (section.clone(), of.clone());
                settings.all.push(Setting { section, of, key, value });
            }),
            byte if is_space(byte) => {
                reader.next();
                Some(())
            }
            _ => None,
        };
        if read.is_none() {
            settings.fault = settings.fault.or(Some(line));
            reader.rest_of_line();
        }
    }
    settings
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u64,
}

impl Reader<'_> {
    /// The next byte; a line break where there is none, or an end of line in two bytes.
    fn peek(&self) -> u8 {
        match self.bytes.get(self.at) {
            Some(b'\r') if self.bytes.get(self.at + 1) == Some(&b'\n') => b'\n',
            Some(byte) => *byte,
            None => b'\n',
        }
    }

    fn next(&mut self) -> u8 {
        let byte = self.peek();
        self.at += if byte == b'\n' && self.bytes.get(self.at) == Some(&b'\r') { 2 } else { 1 };
        self.line += u64::from(byte == b'\n');
        byte
    }

    fn rest_of_line(&mut self) {
        while self.next() != b'\n' {}
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), b' ' | b'\t') {
            self.next();
        }
    }

    /// `[section]`, `[section.of]`, `[section "of"]`. A line break is left for whoever goes on behind a fault.
    fn header(&mut self) -> Option<(String, String)> {
        self.next();
        let mut name = Vec::new();
        loop {
            match self.peek() {
                b']' => {
                    self.next();
                    let name = text(&name).to_ascii_lowercase();
                    let (section, of) = name.split_once('.').unwrap_or((&name, ""));
                    return Some((section.to_owned(), of.to_owned()));
                }
                b' ' | b'\t' => break,
                byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.') => {
                    name.push(self.next());
                }
                _ => return None,
            }
        }
        self.spaces();
        if self.peek() != b'"' {
            return None;
        }
        self.next();
        let mut of = Vec::new();
        loop {
            match self.peek() {
                b'\n' => return None,
                b'"' => break,
                b'\\' => {
                    self.next();
                    if self.peek() == b'\n' {
                        return None;
                    }
                }
                _ => {}
            }
            of.push(self.next());
        }
        self.next();
        (self.peek() == b']').then(|| {
            self.next();
            (text(&name).to_ascii_lowercase(), text(&of))
        })
    }

    /// `key`, `key = value`.
    fn setting(&mut self) -> Option<(String, String)> {
        let mut key = Vec::new();
        while self.peek().is_ascii_alphanumeric() || self.peek() == b'-' {
            key.push(self.next());
        }
        self.spaces();
        let key = text(&key).to_ascii_lowercase();
        match self.peek() {
            b'\n' => Some((key, "true".to_owned())),
            b'=' => {
                self.next();
                self.value().map(|value| (key, text(&value)))
            }
            _ => None,
        }
    }

    /// A value without quotes, escapes and the comment behind it.
    fn value(&mut self) -> Option<Vec<u8>> {
        let (mut out, mut kept, mut quoted) = (Vec::new(), 0, false);
        loop {
            match self.peek() {
                b'\n' if quoted => return None,
                b'\n' => break,
                b'#' | b';' if !quoted => {
                    while self.peek() != b'\n' {
                        self.next();
                    }
                    break;
                }
                b'"' => {
                    self.next();
                    quoted = !quoted;
                    continue;
                }
                b'\\' => {
                    self.next();
                    match self.peek() {
                        b'\n' => {
                            self.next();
                            continue;
                        }
                        b't' => out.push(b'\t'),
                        b'b' => out.push(8),
                        b'n' => out.push(b'\n'),
                        byte @ (b'\\' | b'"') => out.push(byte),
                        _ => return None,
                    }
                    self.next();
                }
                byte if is_space(byte) && !quoted => {
                    self.next();
                    if !out.is_empty() {
                        out.push(byte);
                    }
                    continue;
                }
                _ => out.push(self.next()),
            }
            kept = out.len();
        }
        out.truncate(kept);
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let line = |it: Setting| format!("{}|{}|{}|{}", it.section, it.of, it.key, it.value);
        parse(text.as_bytes()).all.into_iter().map(line).collect()
    }

    #[test]
    fn what_git_reads_is_read() {
        let text = "\u{feff}# x\r\n[Core] Bare = \"a # b\" c ; d\r\n\tname\n[a.B]x=\\\n 1\\n\n[sub \"N \\\"o\\\"\"]\n  \
                    path = a/b  \nempty =\nquoted = \" \"";
        let wanted = [
            "core||bare|a # b c",
            "core||name|true",
            "a|b|x|1\n",
            "sub|N \"o\"|path|a/b",
            "sub|N \"o\"|empty|",
        ];
        let wanted: Vec<_> = wanted.into_iter().chain(["sub|N \"o\"|quoted| "]).collect();
        assert_eq!(told(text), wanted);
        assert_eq!(parse(text.as_bytes()).fault, None);
        assert_eq!(parse(b""), Settings::default());
    }

    #[test]
    fn a_line_that_git_refuses_is_told_and_the_rest_is_read() {
        for (line, fault) in [
            ("[core", 2),
            ("[core x]", 2),
            ("[co_re]", 2),
            ("[core \"x]", 2),
            ("[core \"x\"", 2),
            ("1 = 2", 2),
            ("key # no value", 2),
            ("key_x = 2", 2),
            ("key = \"open", 2),
            ("key = \\x", 2),
            ("<<<<<<< ours", 2),
        ] {
            let text = format!("\n{line}\n[user]\nname = x");
            assert_eq!(parse(text.as_bytes()).fault, Some(fault), "{line}");
            assert_eq!(told(&text), ["user||name|x"], "{line}");
        }
    }
}
