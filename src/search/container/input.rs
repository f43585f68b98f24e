//! Readers for the way into and out of a container.

use std::io::{self, BufRead, Read};

use super::Meter;

const CHUNK: usize = 64 << 10;

/// A buffered reader that can look ahead: whether another stream follows is told by bytes that may lie
/// on either side of a read.
pub(super) struct Input<'a> {
    inner: &'a mut dyn Read,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<'a> Input<'a> {
    pub fn new(inner: &'a mut dyn Read) -> Self {
        Self { inner, buffer: Vec::new(), at: 0, ended: false }
    }

    /// The next bytes without taking them: `count` of them, or fewer at the end.
    pub fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.buffer.len().saturating_sub(self.at) < count && !self.ended {
            self.fill()?;
        }
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        Ok(rest.get(..count).unwrap_or(rest))
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at.min(self.buffer.len()));
        self.at = 0;
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK, 0);
        let read = loop {
            match self.inner.read(self.buffer.get_mut(before..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(before + read.as_ref().copied().unwrap_or(0));
        self.ended = read? == 0;
        Ok(())
    }
}

impl Read for Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)?;
        Ok(self.buffer.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.buffer.len());
    }
}

/// A member's bytes on their way to the search: each is paid for, and a fault ends them and is kept.
pub(super) struct Metered<'a> {
    inner: &'a mut dyn Read,
    meter: &'a dyn Meter,
    pub fault: Option<String>,
}

impl<'a> Metered<'a> {
    pub fn new(inner: &'a mut dyn Read, meter: &'a dyn Meter) -> Self {
        Self { inner, meter, fault: None }
    }

    /// Reads what the search left, so that a cut in it is not missed.
    pub fn finish(mut self) -> Result<(), String> {
        let mut rest = vec![0; CHUNK];
        while self.fault.is_none() && self.read(&mut rest).is_ok_and(|read| read > 0) {}
        self.fault.map_or(Ok(()), Err)
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.fault.is_some() || out.is_empty() {
            return Ok(0);
        }
        loop {
            let fault = match self.inner.read(out) {
                Ok(read) => match self.meter.spend(read as u64) {
                    Ok(()) => return Ok(read),
                    Err(why) => why,
                },
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => described(&error),
            };
            self.fault = Some(fault);
            return Ok(0);
        }
    }
}

/// A library's complaint, in the reader's words. Their own words are left out: some quote what they read.
pub(super) fn described(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it is cut off".to_owned(),
        io::ErrorKind::OutOfMemory => "it wants more memory to be decoded than it may have".to_owned(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => "its data is damaged".to_owned(),
        io::ErrorKind::Other => "it is damaged or cut off".to_owned(),
        kind => format!("it can't be read ({kind})"),
    }
}
