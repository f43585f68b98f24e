//! Zip archives: by their directory, and what the directory does not tell of.
//!
//! A directory may be missing (a cut), or leave entries out (deleted, hidden, prepended). So local headers
//! outside all listed entries are read too, each by itself. Encrypted entries and methods that can't be
//! decoded are said to be unread.

use std::io::{Cursor, Read};

use super::input::{Input, Metered, described};
use super::{Member, Meter, stream};

const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;
const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 8;

/// Whether the end of an archive's directory, with no comment behind it, ends these bytes: archives may
/// have a script or a program before them.
pub(super) fn ends_as_zip(bytes: &[u8]) -> bool {
    bytes
        .len()
        .checked_sub(22)
        .and_then(|at| bytes.get(at..))
        .is_some_and(|end| end.starts_with(b"PK\x05\x06") && end.ends_with(&[0, 0]))
}

/// Whether there is a directory, with an entry in it.
pub(super) fn lists_entries(bytes: &[u8]) -> bool {
    zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| !archive.is_empty())
}

/// What went wrong, each thing once and not without end.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, why: String) {
        if self.0.len() < 8 && !self.0.contains(&why) {
            self.0.push(why);
        }
    }

    fn into_result(self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err(format!("zip: {}", self.0.join("; "))) }
    }
}

/// All at hand: the directory first, then what it leaves out.
pub(super) fn open(
    bytes: &[u8],
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(), String> {
    let mut faults = Faults::default();
    let mut listed = Vec::new();
    match zip::ZipArchive::new(Cursor::new(bytes)) {
        Err(_) => faults.add("its directory can't be read".to_owned()),
        Ok(mut archive) => {
            for index in 0..archive.len() {
                match entry(&mut archive, index, meter, each) {
                    Ok(range) => listed.push(range),
                    Err(why) => faults.add(why),
                }
                if meter.spend(0).is_err() {
                    return faults.into_result();
                }
            }
        }
    }
    listed.sort_unstable();
    unlisted(bytes, &listed, meter, each, &mut faults);
    faults.into_result()
}

/// One listed entry; gives the bytes from its local header to its data's end.
fn entry(
    archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
    index: usize,
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(u64, u64), String> {
    let (start, end, name) = {
        let raw = archive.by_index_raw(index).map_err(|_| format!("entry {} is damaged", index + 1))?;
        let data = raw.data_start().unwrap_or_else(|| raw.header_start());
        let name = String::from_utf8_lossy(raw.name_raw()).into_owned();
        (raw.header_start(), data.saturating_add(raw.compressed_size()), name)
    };
    let of = |why: &str| format!("entry {}: {why}", index + 1);
    match archive.by_index(index) {
        Ok(mut file) => {
            let mut content = Metered::new(&mut file, meter);
            each(Member { name: Some(name), content: &mut content });
            content.finish().map_err(|why| of(&why))?;
        }
        Err(zip::result::ZipError::UnsupportedArchive(why)) if why.contains("assword") => {
            return Err(of("it is encrypted"));
        }
        Err(zip::result::ZipError::Io(error)) => return Err(of(&described(&error))),
        Err(_) => return Err(of("it is compressed in a way that is not read here")),
    }
    Ok((start, end))
}

/// Local headers that stand in no listed entry.
fn unlisted(
    bytes: &[u8],
    listed: &[(u64, u64)],
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
    faults: &mut Faults,
) {
    let mut covered = 0_u64;
    let mut ranges = listed.iter().copied().peekable();
    for at in memchr::memmem::find_iter(bytes, LOCAL) {
        while let Some((_, end)) = ranges.next_if(|&(start, _)| start <= at as u64) {
            covered = covered.max(end);
        }
        if (at as u64) < covered {
            continue;
        }
        let Some(mut rest) = bytes.get(at..) else { return };
        let mut input = Input::new(&mut rest);
        match local(&mut input, meter, each) {
            Ok(Some(length)) => covered = (at as u64).saturating_add(length),
            Ok(None) => {}
            Err(why) => faults.add(format!("an entry that the directory does not list: {why}")),
        }
        if meter.spend(0).is_err() {
            return;
        }
    }
}

/// From a stream, by local headers alone.
pub(super) fn walk(
    reader: &mut dyn Read,
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(), String> {
    let mut input = Input::new(reader);
    let mut faults = Faults::default();
    let cut = |error: std::io::Error| format!("zip: {}", described(&error));
    loop {
        match input.peek(LOCAL.len()).map_err(cut)? {
            LOCAL => match local(&mut input, meter, each) {
                Ok(Some(_)) => {}
                Ok(None) => return Err("zip: an entry's header is cut off".to_owned()),
                Err(why) => {
                    faults.add(why);
                    if !next_header(&mut input).map_err(cut)? {
                        break;
                    }
                }
            },
            // Where the sizes follow the data, with or without a signature.
            [b'P', b'K', 7, 8] => {
                if !next_header(&mut input).map_err(cut)? {
                    break;
                }
            }
            [b'P', b'K', 1, 2] | [b'P', b'K', 5 | 6, 6] => break,
            _ => {
                faults.add("it is cut off, or damaged".to_owned());
                break;
            }
        }
        if meter.spend(0).is_err() {
            break;
        }
    }
    faults.into_result()
}

/// Goes to the next header of whatever kind; false at the end.
fn next_header(input: &mut Input<'_>) -> std::io::Result<bool> {
    use std::io::BufRead;
    input.consume(1);
    loop {
        let ahead = input.peek(32 << 10)?;
        if ahead.len() < 4 {
            return Ok(false);
        }
        let next = memchr::memmem::find_iter(ahead, b"PK")
            .find(|&at| matches!(ahead.get(at + 2..at + 4), Some([3, 4] | [1, 2] | [5 | 6, 6])));
        if let Some(at) = next {
            input.consume(at);
            return Ok(true);
        }
        let past = ahead.len().saturating_sub(3);
        input.consume(past);
    }
}

/// An entry by its local header: how many bytes it takes up, or none where no whole header stands.
fn local(
    input: &mut Input<'_>,
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<Option<u64>, String> {
    let Some(header) = Header::read(input) else { return Ok(None) };
    let name = Some(header.name.clone());
    if header.flags & ENCRYPTED != 0 {
        return Err("it is encrypted".to_owned());
    }
    let known = header.flags & SIZES_FOLLOW == 0 || header.compressed > 0;
    match header.method {
        8 => {
            let mut decoder = stream::inflate(input);
            let mut content = Metered::new(&mut decoder, meter);
            each(Member { name, content: &mut content });
            content.finish()?;
            Ok(Some(header.length.saturating_add(decoder.total_in())))
        }
        0 if known => {
            let mut content = input.take(header.compressed);
            let mut metered = Metered::new(&mut content, meter);
            each(Member { name, content: &mut metered });
            metered.finish()?;
            if content.limit() > 0 {
                return Err("it is cut off".to_owned());
            }
            Ok(Some(header.length.saturating_add(header.compressed)))
        }
        0 => Err("its size stands behind it, and nothing marks its end".to_owned()),
        _ => Err("it is compressed in a way that is not read here".to_owned()),
    }
}

struct Header {
    flags: u16,
    method: u16,
    compressed: u64,
    name: String,
    /// Of the header itself.
    length: u64,
}

impl Header {
    fn read(input: &mut Input<'_>) -> Option<Self> {
        let mut fixed = [0; LOCAL_SIZE];
        input.read_exact(&mut fixed).ok()?;
        let short = |at: usize| Some(u16::from_le_bytes([*fixed.get(at)?, *fixed.get(at + 1)?]));
        let mut name = vec![0; usize::from(short(26)?)];
        let mut extra = vec![0; usize::from(short(28)?)];
        input.read_exact(&mut name).ok()?;
        input.read_exact(&mut extra).ok()?;
        let stated = u32::from_le_bytes(fixed.get(18..22)?.try_into().ok()?);
        let compressed =
            if stated == u32::MAX { long_size(&extra).unwrap_or(u64::MAX) } else { u64::from(stated) };
        Some(Self {
            flags: short(6)?,
            method: short(8)?,
            compressed,
            length: (LOCAL_SIZE as u64).saturating_add((name.len() + extra.len()) as u64),
            name: String::from_utf8_lossy(&name).into_owned(),
        })
    }
}

/// The compressed size in the extra field of an entry that is larger than 4 GB.
fn long_size(mut extra: &[u8]) -> Option<u64> {
    while let [a, b, c, d, rest @ ..] = extra {
        let size = usize::from(u16::from_le_bytes([*c, *d]));
        if u16::from_le_bytes([*a, *b]) == 1 {
            return Some(u64::from_le_bytes(rest.get(8..16)?.try_into().ok()?));
        }
        extra = rest.get(size..)?;
    }
    None
}
