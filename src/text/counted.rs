//! Numbers of things, in words.

/// `1 run`, `2 runs`, `1,234 repositories`.
#[must_use]
pub fn many(count: usize, noun: &str) -> String {
    let number = number(count as u64);
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("{number} {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// With a comma between thousands.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_from_many() {
        let said = [(1, "run"), (0, "run"), (1234, "repository"), (1, "repository")];
        let said = said.map(|(count, noun)| many(count, noun));
        assert_eq!(said, ["1 run", "0 runs", "1,234 repositories", "1 repository"]);
    }
}
