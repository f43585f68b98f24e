//! Zlib streams of a known length, each byte of output checked by the stream's own Adler-32.

use std::io::{self, Read};

use sirocco::Format;
use sirocco::inflate::{Decoder, Reader};

use super::fault::Fault;

/// A decoder that is used again and again: its tables are costly to set up.
pub struct Inflater(Box<Decoder>);

impl Default for Inflater {
    fn default() -> Self {
        Self(Box::new(Decoder::new(Format::Zlib)))
    }
}

impl Inflater {
    /// Inflates the stream at the start of `input`, which must fill `out` exactly; how much input it took.
    pub fn exact(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize, Fault> {
        self.0.reset();
        let stated = out.len() as u64;
        if out.is_empty() {
            return self.nothing(input);
        }
        let progress = self.0.decompress(input, out, true).map_err(Fault::Inflate)?;
        let found = progress.output.len() as u64;
        match (progress.done, found == stated) {
            (true, true) => Ok(progress.consumed),
            (true, false) => Err(Fault::Length { stated, found }),
            (false, _) => self.end(input, out, stated),
        }
    }

    /// An output buffer that is full: the stream may still have to say that it ends here.
    fn end(&mut self, input: &[u8], out: &mut [u8], stated: u64) -> Result<usize, Fault> {
        let used = usize::try_from(self.0.total_in()).unwrap_or(usize::MAX);
        let rest = input.get(used..).unwrap_or_default();
        match self.0.decompress(rest, out, true) {
            Ok(progress) if progress.done => Ok(used + progress.consumed),
            Ok(_) | Err(sirocco::inflate::Error::BufferFull) => {
                Err(Fault::Length { stated, found: stated.saturating_add(1) })
            }
            Err(error) => Err(Fault::Inflate(error)),
        }
    }

    fn nothing(&mut self, input: &[u8]) -> Result<usize, Fault> {
        let mut room = [0; 1];
        let progress = self.0.decompress(input, &mut room, true).map_err(Fault::Inflate)?;
        if progress.done && progress.output.is_empty() {
            return Ok(progress.consumed);
        }
        Err(Fault::Length { stated: 0, found: 1 })
    }

    /// The first bytes of a stream, at most as many as `out` has room for: how many, and whether the
    /// stream ends there.
    pub fn head(&mut self, input: &[u8], out: &mut [u8]) -> Result<Head, Fault> {
        self.0.reset();
        let progress = self.0.decompress(input, out, true).map_err(Fault::Inflate)?;
        Ok(Head { len: progress.output.len(), used: progress.consumed, done: progress.done })
    }

    /// Goes on after [`Inflater::head`] in a buffer that was grown to the stream's stated length.
    pub fn rest(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize, Fault> {
        let stated = out.len() as u64;
        let used = usize::try_from(self.0.total_in()).unwrap_or(usize::MAX);
        let tail = input.get(used..).unwrap_or_default();
        let progress = match self.0.decompress(tail, out, true) {
            Ok(progress) => progress,
            Err(sirocco::inflate::Error::BufferFull) => {
                return Err(Fault::Length { stated, found: stated.saturating_add(1) });
            }
            Err(error) => return Err(Fault::Inflate(error)),
        };
        if !progress.done {
            return self.end(input, out, stated);
        }
        let consumed = used + progress.consumed;
        let found = self.0.total_out();
        if found == stated { Ok(consumed) } else { Err(Fault::Length { stated, found }) }
    }
}

/// What [`Inflater::head`] did.
pub struct Head {
    pub len: usize,
    pub used: usize,
    pub done: bool,
}

/// A stream read piece by piece, for what is too large to hold. Its end is an error unless it has
/// exactly the stated length.
pub struct Stream<'a> {
    reader: Reader<&'a [u8]>,
    left: u64,
    stated: u64,
}

impl<'a> Stream<'a> {
    pub fn new(input: &'a [u8], stated: u64) -> Self {
        Self { reader: Reader::new(Format::Zlib, input), left: stated, stated }
    }

    /// The length that the stream must come to.
    pub fn stated(&self) -> u64 {
        self.stated
    }

    /// Input bytes that are not used; what the stream took is known when it has ended.
    pub fn unused(&self) -> usize {
        self.reader.get_ref().len()
    }

    /// Drops the next `count` bytes: a header that was read before.
    pub fn skip(&mut self, count: u64) -> io::Result<()> {
        io::copy(&mut (&mut *self).take(count), &mut io::sink()).map(|_| ())
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let got = self.reader.read(out)?;
        let wrong = || {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("not the {} bytes of its header", self.stated),
            )
        };
        if got == 0 && !out.is_empty() && self.left > 0 {
            return Err(wrong());
        }
        self.left = self.left.checked_sub(got as u64).ok_or_else(wrong)?;
        Ok(got)
    }
}
