//! Messages are plain text in which backticks set off code. Formats that can show code ask here which
//! part is which; evidence with a backtick in it can move the borders, but makes nothing but text or code.

/// The parts of a message: whether it is code, and its text, which has no backtick where it is code.
pub fn parts(message: &str) -> Vec<(bool, &str)> {
    if !message.matches('`').count().is_multiple_of(2) {
        return vec![(false, message)];
    }
    let parts = message.split('`').enumerate().map(|(at, part)| (at % 2 == 1, part));
    parts.filter(|(_, part)| !part.is_empty()).collect()
}
