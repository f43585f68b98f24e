//! The evaluation stages that words name: `Stage 2`, `stages two and three`.

use std::sync::LazyLock;

use regex::Regex;

use super::model::WorkItem;
use crate::text::pattern;

/// Numbers as words, each at its own place.
pub const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// One stage, or several: "stage 3", "Stages 2 and 3", "stage-3", "stage three".
fn several() -> String {
    let one = format!(r"(?:\d+|(?:{})\b)", NUMBERS.join("|"));
    let more = r"(?:\s*,\s*|\s+and\s+|\s+or\s+|\s*[/&]\s*)";
    format!(r"\bstages?[\s_-]*({one}(?:{more}{one})*)\b")
}

static STAGES: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("(?i){}", several())));

/// The stage of a pass: "Stage 2 run", "Stage 2 pass evidence".
static OF_A_PASS: LazyLock<Regex> = LazyLock::new(|| {
    let pass = "runs?|loop|retry|attempts?|evaluations?|pass(?:es|ed)?|evidence|validation|reports?";
    pattern(&format!(r"(?i){}\s+(?:[\w-]+\s+){{0,3}}?(?:{pass})\b", several()))
});

/// What makes another thing of it: work on a stage that is still to come, words on what is not to be.
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    let words = "not?|never|none|without|cannot|[a-z]+n.t|prepar\\w+|plan\\w*|design\\w*|draft\\w*|propos\\w+|ready|readiness\
                 |unblock\\w*|blocked|until|unless|before|after|once|if|when|toward\\w*|later|next|other|fake|baseline";
    pattern(&format!(r"(?i)\b(?:{words})\b|\bfor\b.*?\bstage"))
});

/// The stages that a text names, in its order. A number that is too large for a stage is another one than any run's.
#[must_use]
pub fn stages(text: &str) -> Vec<i64> {
    let found = STAGES.captures_iter(text).filter_map(|found| found.get(1));
    found.flat_map(|found| numbers(found.as_str())).collect()
}

fn numbers(text: &str) -> impl Iterator<Item = i64> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter_map(|word| {
        let spelled = NUMBERS.iter().position(|number| word.eq_ignore_ascii_case(number));
        let spelled = spelled.and_then(|at| i64::try_from(at).ok());
        let digits = word.starts_with(|c: char| c.is_ascii_digit());
        spelled.or_else(|| digits.then(|| word.parse().unwrap_or(i64::MAX)))
    })
}

/// The stages at which an item is to pass, by its own title and acceptance; of one that names none, none.
pub(super) fn wanted(item: &WorkItem) -> Box<[i64]> {
    let texts = std::iter::once(&item.title).chain(&item.acceptance).map(|said| said.text.as_str());
    let of_a_pass = |text: &str| {
        let found = OF_A_PASS.captures(text).filter(|_| !BESIDE.is_match(text))?;
        Some(numbers(found.get(1)?.as_str()).collect::<Vec<_>>())
    };
    texts.filter_map(of_a_pass).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::model::Said;
    use super::*;

    #[test]
    fn an_item_is_to_pass_at_the_stages_that_it_names() {
        let said = |text: &str| Said { text: text.into(), ..Said::default() };
        let item = |title: &str, acceptance: &[&str]| WorkItem {
            id: said("T-1"),
            title: said(title),
            heading: crate::text::Span::new(0, 0),
            status: None,
            acceptance: acceptance.iter().map(|text| said(text)).collect(),
            blockers: Vec::new(),
            endpoint_told: Vec::new(),
            taken_back: Vec::new(),
        };
        for (title, acceptance, stages) in [
            ("Real Case Stage 2 pass evidence", &[][..], &[2][..]),
            ("Qwen loop", &["A Stage 2 Case harness report says pass."], &[2]),
            ("Stages two and three evaluation", &["The stage-4 run passed."], &[2, 3, 4]),
            ("Qwen loop", &["Endpoint is configured."], &[]),
            ("STAGE 2 RUN for string-slugify", &[], &[2]),
            ("Harness for the Stage 3 run", &[], &[]),
            ("Prepare the Stage 3 run", &["No Stage 4 run was made."], &[]),
            ("Stage 3", &["T-1 remains blocked until real Case Stage 2 pass evidence exists."], &[]),
        ] {
            assert_eq!(&*wanted(&item(title, acceptance)), stages, "{title} {acceptance:?}");
        }
    }
}
