//! Compressed streams: one after another, to the last byte.
//!
//! Bytes behind a stream that begin no further one (padding, or something appended) come out as they are:
//! whoever hides a value there must not win.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::input::{Input, Metered};
use super::{Kind, Member, Meter};

/// What the decoders of xz may hold; a dictionary can ask for 4 GB.
const XZ_MEMORY: u64 = 128 << 20;
/// The same for zstd, as a power of two.
const ZSTD_WINDOW: u32 = 27;

pub(super) fn walk(
    kind: Kind,
    reader: &mut dyn Read,
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(), String> {
    let mut streams = Streams { kind, input: Some(Input::new(reader)), decoder: None };
    let mut content = Metered::new(&mut streams, meter);
    each(Member { name: None, content: &mut content });
    content.finish().map_err(|why| format!("{}: {why}", kind.name()))
}

/// Streams of one kind behind one another, as one.
struct Streams<'a> {
    kind: Kind,
    /// Here between two streams.
    input: Option<Input<'a>>,
    /// Here inside one.
    decoder: Option<Decoder<'a>>,
}

enum Decoder<'a> {
    Gzip(flate2::bufread::GzDecoder<Input<'a>>),
    Zlib(flate2::bufread::ZlibDecoder<Input<'a>>),
    Deflate(flate2::bufread::DeflateDecoder<Input<'a>>),
    Zstd(zstd::stream::read::Decoder<'static, Input<'a>>),
    Xz(liblzma::bufread::XzDecoder<Input<'a>>),
    Bzip2(bzip2::bufread::BzDecoder<Input<'a>>),
    /// What stands behind the last stream.
    Rest(Input<'a>),
}

impl<'a> Decoder<'a> {
    fn new(kind: Kind, input: Input<'a>) -> io::Result<Self> {
        Ok(match kind {
            Kind::Gzip => Self::Gzip(flate2::bufread::GzDecoder::new(input)),
            Kind::Zlib => Self::Zlib(flate2::bufread::ZlibDecoder::new(input)),
            Kind::Deflate => Self::Deflate(flate2::bufread::DeflateDecoder::new(input)),
            Kind::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?.single_frame();
                decoder.window_log_max(ZSTD_WINDOW)?;
                Self::Zstd(decoder)
            }
            Kind::Xz => {
                let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, 0)?;
                Self::Xz(liblzma::bufread::XzDecoder::new_stream(input, stream))
            }
            Kind::Bzip2 => Self::Bzip2(bzip2::bufread::BzDecoder::new(input)),
            Kind::Tar | Kind::Zip | Kind::Sqlite | Kind::SqliteLog => Self::Rest(input),
        })
    }

    fn into_input(self) -> Input<'a> {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zlib(decoder) => decoder.into_inner(),
            Self::Deflate(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
            Self::Xz(decoder) => decoder.into_inner(),
            Self::Bzip2(decoder) => decoder.into_inner(),
            Self::Rest(input) => input,
        }
    }
}

impl Read for Decoder<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(out),
            Self::Zlib(decoder) => decoder.read(out),
            Self::Deflate(decoder) => decoder.read(out),
            Self::Zstd(decoder) => decoder.read(out),
            Self::Xz(decoder) => decoder.read(out),
            Self::Bzip2(decoder) => decoder.read(out),
            Self::Rest(input) => input.read(out),
        }
    }
}

impl Read for Streams<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut first = self.decoder.is_none();
        loop {
            if let Some(decoder) = &mut self.decoder {
                let read = decoder.read(out)?;
                if read > 0 || matches!(decoder, Decoder::Rest(_)) {
                    return Ok(read);
                }
                self.input = self.decoder.take().map(Decoder::into_input);
            }
            let Some(mut input) = self.input.take() else { return Ok(0) };
            let again =
                first || (self.kind != Kind::Deflate && super::sniff(input.peek(64)?) == Some(self.kind));
            first = false;
            self.decoder = Some(if again { Decoder::new(self.kind, input)? } else { Decoder::Rest(input) });
        }
    }
}

/// So many characters of text at the beginning are no compressed data, but by a chance of one in ten million.
const TELLING: usize = 16;

/// Whether the bytes are deflate data without a header: they decode to their end, and are no text.
pub(super) fn is_deflate(bytes: &[u8], most: usize) -> bool {
    if bytes.len() < 8
        || bytes.len() > most
        || !may_be_deflate(bytes, false)
        || super::is_text(bytes.get(..bytes.len().min(TELLING)).unwrap_or_default())
    {
        return false;
    }
    let mut decoder = Decompress::new(false);
    let mut out = vec![0; 16 << 10];
    loop {
        let (read, wrote) = (decoder.total_in(), decoder.total_out());
        let rest = usize::try_from(read).ok().and_then(|read| bytes.get(read..)).unwrap_or_default();
        match decoder.decompress(rest, &mut out, FlushDecompress::None) {
            Ok(Status::StreamEnd) => {
                // The decoder around it may have read a few words too many.
                return decoder.total_in() + 64 >= bytes.len() as u64 && decoder.total_out() >= 8;
            }
            Ok(_) if decoder.total_out() > (most as u64) << 6 => return true,
            Ok(_) if (decoder.total_in(), decoder.total_out()) != (read, wrote) => {}
            _ => return false,
        }
    }
}

/// Whether the first bytes decode as zlib without a fault.
pub(super) fn begins_well(bytes: &[u8]) -> bool {
    let mut out = vec![0; 4 << 10];
    let mut decoder = Decompress::new(true);
    decoder.decompress(bytes, &mut out, FlushDecompress::None).is_ok() && decoder.total_out() > 0
}

/// Whether the first bytes decode as deflate without a fault, to text.
pub(super) fn begins_as_deflate(bytes: &[u8]) -> bool {
    if bytes.len() < 24 || !may_be_deflate(bytes, true) {
        return false;
    }
    let mut out = vec![0; 512];
    let mut decoder = Decompress::new(false);
    let fine = decoder.decompress(bytes, &mut out, FlushDecompress::None).is_ok();
    let made =
        usize::try_from(decoder.total_out()).ok().and_then(|made| out.get(..made)).unwrap_or_default();
    let letters = made.iter().filter(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()).count();
    fine && made.len() >= 12 && letters == made.len()
}

/// Whether the first bits may be those of a block (RFC 1951, 3.2.3 to 3.2.7), of text if it is `text` that is asked for:
/// to ask a decoder costs a hundred times as much. Stored text stands in the clear.
fn may_be_deflate(bytes: &[u8], text: bool) -> bool {
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(bytes) {
        *to = *from;
    }
    let bits = u128::from_le_bytes(head) >> 1;
    match bits & 3 {
        0 => {
            let [_, low, high, not_low, not_high, ..] = head;
            !text && low == !not_low && high == !not_high
        }
        1 => {
            // Codes stand with their highest bit first, those of literals begin at 0x30 with zero; what is below is a
            // repetition, for which the first symbol has nothing to repeat.
            let code = |at: u32| (bits >> at & 0xff) as u8;
            let is_text = |code: u8| {
                let symbol = code.wrapping_sub(0x30);
                symbol.is_ascii_graphic() || symbol.is_ascii_whitespace()
            };
            let [first, second] = [2, 10].map(|at| code(at).reverse_bits());
            if text {
                is_text(first) && (second < 0x30 || is_text(second))
            } else {
                !(2..0x30).contains(&first)
            }
        }
        2 => {
            let (literals, distances) = (bits >> 2 & 31, bits >> 7 & 31);
            let lengths = (bits >> 12 & 15) as usize + 4;
            // The lengths of a complete code fill it exactly.
            let share = |at: usize| match bits >> (16 + 3 * at) & 7 {
                0 => 0,
                len => 128u32 >> len,
            };
            literals <= 29 && distances <= 29 && (0..lengths).map(share).sum::<u32>() == 128
        }
        _ => false,
    }
}

/// One deflate stream from a reader, leaving what stands behind it.
pub(super) fn inflate<R: BufRead>(input: &mut R) -> flate2::bufread::DeflateDecoder<&mut R> {
    flate2::bufread::DeflateDecoder::new(input)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::DeflateEncoder};
    use proptest::prelude::*;

    use super::*;

    fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("compressed")
    }

    proptest! {
        #[test]
        fn what_an_encoder_makes_may_be_deflate(bytes in proptest::collection::vec(any::<u8>(), 1..600), text in "[ -~\n]{1,600}", level in 0..10u32) {
            prop_assert!(may_be_deflate(&deflated(&bytes, level), false));
            prop_assert!(may_be_deflate(&deflated(text.as_bytes(), level), false));
            prop_assert!(level == 0 || may_be_deflate(&deflated(text.repeat(3).as_bytes(), level), true));
        }
    }

    #[test]
    fn noise_is_seldom_taken_for_deflate() {
        let mut state = 7u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56).to_le_bytes()[0]
        };
        let taken = (0..10_000).filter(|_| may_be_deflate(&[(); 48].map(|()| noise()), true)).count();
        assert!(taken < 1_000, "{taken}");
    }
}
