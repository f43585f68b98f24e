//! Days as people write them: `1 June 2026`, `June 1st, 2026`, `Mon, 01 Jun 2026`, `2026/06/01`, `01.06.2026`.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A text whose day is written as YYYY-MM-DD, with what stands behind it. None where it begins with no day, or with
/// one that may be two: `01/06/2026`.
pub(super) fn iso(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let text = without_weekday(text);
    let ([year, month, day], rest) = in_numbers(text).or_else(|| in_words(text))?;
    let ends = rest.is_empty() || rest.starts_with([' ', ',', 'T', 't']);
    ends.then(|| format!("{year:04}-{month:02}-{day:02}{rest}"))
}

/// `Mon, `, `Monday `
fn without_weekday(text: &str) -> &str {
    let word = text.split([' ', ',']).next().unwrap_or_default();
    let rest = text.get(word.len()..).unwrap_or_default();
    if named(word, &WEEKDAYS).is_some() { rest.trim_start_matches([',', ' ']) } else { text }
}

/// The place of a word in a list of names; it may be shortened to three letters.
fn named(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    names.iter().position(|name| word.len() > 2 && name.starts_with(&word))
}

/// `2026/06/01` and `01.06.2026`; of a day and a month with strokes only where no other reading is left.
fn in_numbers(text: &str) -> Option<([u32; 3], &str)> {
    let len = text.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.')).count();
    let (date, rest) = text.split_at_checked(len)?;
    let mark = if date.contains('/') { '/' } else { '.' };
    let parts: Vec<&str> = date.split(mark).collect();
    let number = |text: &&str| text.parse::<u32>().ok();
    let [a, b, c] = parts.iter().filter_map(number).collect::<Vec<_>>().try_into().ok()?;
    let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let is_short = |len: &usize| matches!(len, 1 | 2);
    let date = match widths.as_slice() {
        [4, month, day] if is_short(month) && is_short(day) => [a, b, c],
        [first, second, 4] if is_short(first) && is_short(second) => match mark {
            '.' => [c, b, a],
            _ if a > 12 || a == b => [c, b, a],
            _ if b > 12 => [c, a, b],
            _ => return None,
        },
        _ => return None,
    };
    Some((date, rest))
}

/// `1 June 2026`, `June 1st, 2026`, `01-Jun-2026`, `2026 June 1`
fn in_words(text: &str) -> Option<([u32; 3], &str)> {
    let (mut rest, mut year, mut month, mut day) = (text, None, None, None);
    while year.is_none() || month.is_none() || day.is_none() {
        rest = rest.trim_start_matches([' ', ',', '-', '.']);
        let word = rest.get(..rest.bytes().take_while(u8::is_ascii_alphanumeric).count())?;
        rest = rest.get(word.len()..)?;
        if let Some(at) = named(word, &MONTHS).filter(|_| month.is_none()) {
            month = u32::try_from(at + 1).ok();
            continue;
        }
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let number = digits.parse::<u32>().ok();
        match (digits.len(), word.get(digits.len()..)?) {
            (0, "of" | "the") => {}
            (1 | 2, "" | "st" | "nd" | "rd" | "th") if day.is_none() => day = number,
            (4, "") if year.is_none() => year = number,
            _ => return None,
        }
    }
    Some(([year?, month?, day?], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_many_forms() {
        for text in [
            "1 June 2026",
            "1st of June 2026",
            "June 1st, 2026",
            "Jun. 1 2026",
            "Mon, 01 Jun 2026",
            "Monday, 1 June 2026",
            "01-Jun-2026",
            "2026 June 1",
            "2026/06/01",
            "2026/6/1",
            "2026.06.01",
            "01.06.2026",
            "1.6.2026",
        ] {
            assert_eq!(iso(text).as_deref(), Some("2026-06-01"), "{text}");
        }
        assert_eq!(iso("Mon, 01 Jun 2026 02:25:35 GMT").as_deref(), Some("2026-06-01 02:25:35 GMT"));
        assert_eq!(iso("31/05/2026").as_deref(), Some("2026-05-31"));
        assert_eq!(iso("05/31/2026").as_deref(), Some("2026-05-31"));
        assert_eq!(iso("06/06/2026").as_deref(), Some("2026-06-06"));
        for text in [
            "01/06/2026",
            "June 2026",
            "1 June",
            "1.2.3",
            "soon",
            "case 1",
            "2026-06-01",
            "1 2 2026",
            "1,2,3",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
