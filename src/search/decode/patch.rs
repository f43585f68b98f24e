//! Git's patches of files that are no text: packed bytes in base85, whole (`literal`) or what was put into an older
//! file (`delta`), of which the inserted text shows once it is unpacked.

use super::Decoded;
use crate::search::view::View;
use crate::search::view::join::lines;

const FORM: &str = "archive";
const DIGITS: &[u8; 85] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
/// As much of a patch is read.
const LONGEST: usize = 16 << 20;

/// The blocks of the patch at `start`: packed bytes each.
pub fn decoded(text: &[u8], start: usize) -> Vec<Decoded> {
    let end = text.len().min(start + LONGEST);
    let mut blocks: Vec<Decoded> = Vec::new();
    let mut is_open = false;
    for line in lines(text, start..end).into_iter().skip(1) {
        let bytes = text.get(line.clone()).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.starts_with(b"literal ") || bytes.starts_with(b"delta ") {
            blocks.push(Decoded { view: View::new(FORM), range: line.clone(), open: false });
            is_open = true;
        } else if let Some((block, out)) = blocks.last_mut().filter(|_| is_open).zip(row(bytes)) {
            block.view.edit(line.clone(), &out, FORM);
            block.range.end = line.end;
            block.open = line.end == text.len();
        } else if !bytes.is_empty() {
            break;
        } else {
            is_open = false;
        }
    }
    blocks
}

/// A line's bytes: the first letter says how many, five digits stand for four.
fn row(line: &[u8]) -> Option<Vec<u8>> {
    let (first, digits) = line.split_first()?;
    let len = match first {
        b'A'..=b'Z' => first - b'A' + 1,
        b'a'..=b'z' => first - b'a' + 27,
        _ => return None,
    };
    let (groups, rest) = digits.as_chunks::<5>();
    let mut out = Vec::with_capacity(groups.len() * 4);
    for group in groups {
        let value = |sum: u64, digit: &u8| Some(sum * 85 + DIGITS.iter().position(|d| d == digit)? as u64);
        let number = group.iter().try_fold(0, value).and_then(|number| u32::try_from(number).ok())?;
        out.extend(number.to_be_bytes());
    }
    let fits = rest.is_empty() && usize::from(len).div_ceil(4) == groups.len();
    out.truncate(usize::from(len));
    fits.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blocks_of_a_patch_are_read() {
        // Digits as Python's `base64.b85encode` writes them, of `hello` and of `hi`.
        let text = b"GIT binary patch\nliteral 5\nEXk~0{ZvX%Q\n\ndelta 2\nBXlVcd\n\ndiff --git a/x b/x\n";
        let blocks: Vec<Vec<u8>> = decoded(text, 0).into_iter().map(|block| block.view.bytes).collect();
        assert_eq!(blocks, [b"hello".to_vec(), b"hi".to_vec()]);
        assert!(row(b"not a row of a patch").is_none());
    }
}
