//! Objects of JSON that stand between other words of a text.

/// Braces of one text that may begin an object, and don't, before it is left.
const TRIES: usize = 32;

/// Blanks the objects of a text, from `first` on, that `take` takes: it is given where each begins, and its bytes. False
/// where too many braces begin none: what stands behind those was not looked at.
pub(super) fn take_objects(
    text: &mut [u8],
    first: usize,
    mut take: impl FnMut(usize, &[u8]) -> bool,
) -> bool {
    let (mut at, mut tries) = (first, 0);
    while let Some(brace) = text.get(at..).and_then(|rest| memchr::memchr(b'{', rest)) {
        let start = at + brace;
        let object =
            text.get_mut(start..).and_then(|rest| closing(rest).and_then(|len| rest.get_mut(..len)));
        if let Some(object) = object.filter(|object| take(start, object)) {
            object.fill(b' ');
            at = start + object.len();
        } else {
            at = start + 1;
            tries += 1;
        }
        if tries == TRIES {
            return false;
        }
    }
    true
}

/// How long the object is that begins here: up to the brace that closes it, those in texts aside.
pub(super) fn closing(text: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
