//! Tar archives, entry by entry, in any of the old and new formats.
//!
//! Entries are taken raw: what the format says about the next entry (a long name, a pax header) is
//! searched like any content, and a sparse file is its pieces and not its holes.

use std::io::Read;

use super::input::{Metered, described};
use super::{Member, Meter};

const HEADER: usize = 512;
const LONGEST_NAME: u64 = 64 << 10;

/// Whether a tar header stands here: the sum that it states of itself is right.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..HEADER).filter(|header| header.first() != Some(&0)) else {
        return false;
    };
    let Some(field) = header.get(148..156) else { return false };
    let digits = field.trim_ascii_start();
    let digits = digits.get(..digits.iter().take_while(|byte| (b'0'..=b'7').contains(byte)).count());
    let stated = digits
        .filter(|digits| digits.len() >= 3)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u32::from_str_radix(digits, 8).ok());
    let Some(stated) = stated else { return false };
    let sum = header.iter().enumerate().fold(0_u32, |sum, (at, &byte)| {
        sum.saturating_add(u32::from(if (148..156).contains(&at) { b' ' } else { byte }))
    });
    stated == sum
}

pub(super) fn walk(
    reader: &mut dyn Read,
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(), String> {
    let mut archive = tar::Archive::new(reader);
    archive.set_ignore_zeros(true);
    let entries = archive.entries().map_err(|error| format!("tar: {}", described(&error)))?.raw(true);
    let mut long_name: Option<String> = None;
    for entry in entries {
        let mut entry = entry.map_err(|error| format!("tar: {}", described(&error)))?;
        let kind = entry.header().entry_type();
        let names_the_next = kind.is_gnu_longname() || kind.is_pax_local_extensions();
        let name = match long_name.take() {
            Some(name) if !names_the_next => name,
            _ => String::from_utf8_lossy(&entry.path_bytes()).into_owned(),
        };
        if names_the_next && entry.size() <= LONGEST_NAME {
            let mut content = Vec::new();
            let mut metered = Metered::new(&mut entry, meter);
            let read = metered.read_to_end(&mut content);
            long_name = read.ok().and_then(|_| name_in(&content, kind.is_gnu_longname()));
            each(Member { name: Some(name), content: &mut content.as_slice() });
            metered.finish().map_err(|why| format!("tar: {why}"))?;
        } else if entry.size() > 0 {
            let size = entry.size();
            let mut counted = Counted { inner: &mut entry, read: 0 };
            let mut metered = Metered::new(&mut counted, meter);
            each(Member { name: Some(name), content: &mut metered });
            metered.finish().map_err(|why| format!("tar: {why}"))?;
            if counted.read < size {
                return Err("tar: it is cut off".to_owned());
            }
        }
    }
    Ok(())
}

/// Counts what went by: an entry that ends early is no error to the library.
struct Counted<'a> {
    inner: &'a mut dyn Read,
    read: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(out)?;
        self.read = self.read.saturating_add(read as u64);
        Ok(read)
    }
}

/// The next entry's name, from the content of the entry before it.
fn name_in(content: &[u8], gnu: bool) -> Option<String> {
    let name = if gnu {
        content.split(|&byte| byte == 0).next()
    } else {
        content.split(|&byte| byte == b'\n').find_map(|record| {
            let at = memchr::memmem::find(record, b" path=")?;
            record.get(at + 6..)
        })
    };
    name.filter(|name| !name.is_empty()).map(|name| String::from_utf8_lossy(name).into_owned())
}
