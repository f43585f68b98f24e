//! Prose that asks for an engine, as the task does.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::{Facts, Piece, fact};
use crate::text::{Place, pattern};

/// Bytes of a sentence that are looked at, on either side of a flag.
const SENTENCE: usize = 400;

/// Where a sentence ends, or another begins: behind a mark, a blank line, before an item of a list, a heading, a row.
static BETWEEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[.;!?]\s|\n[ \t\r]*\n|\n[ \t]*(?:[-*+#>|]|\d+[.)]|```)"));

static BASELINE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bbaselines?\b"));

/// The engine that a prose text, such as the task, asks for: only `--engine` counts there.
pub(super) fn engines(facts: &mut Facts<'_>, piece: &mut Piece<'_>, bytes: &[u8]) {
    const FLAG: &[u8] = b"--engine";
    for at in memchr::memmem::find_iter(bytes, FLAG) {
        let after = bytes.get(at + FLAG.len()..).unwrap_or_default();
        let skip = after.iter().take_while(|byte| matches!(byte, b' ' | b'=')).count();
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name = after.get(skip..).unwrap_or_default();
        let name = name.get(..name.iter().take_while(is_name).count()).unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let name = name.trim_end_matches(['.', '-']);
        if skip == 0 || name.is_empty() {
            continue;
        }
        let is_baselines = name == facts.ctx.profile.spec.route.baseline_engine.get_ref();
        if is_baselines && tells_of_the_baseline(bytes.get(..at).unwrap_or_default(), after) {
            continue;
        }
        let start = at + FLAG.len() + skip;
        let place = Place::new(facts.source(piece), crate::text::Span::of(start..start + name.len()));
        let entries = [("surface", piece.surface.into()), ("kind", "flag".into()), ("engine", name.into())];
        facts.engines.push(fact(entries, Some(place)));
    }
}

/// Whether the sentence around a flag speaks of the baseline, or the line that introduces it.
fn tells_of_the_baseline(before: &[u8], after: &[u8]) -> bool {
    let before = before.get(before.len().saturating_sub(SENTENCE)..).unwrap_or_default();
    let after = after.get(..SENTENCE.min(after.len())).unwrap_or_default();
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let mut sentence = before.as_ref();
    let mut introduced = "";
    if let Some(end) = BETWEEN.find_iter(&before).last() {
        sentence = before.get(end.end()..).unwrap_or_default();
        let lines = before.get(..end.start()).unwrap_or_default().lines();
        let last = lines.map(str::trim).rfind(|line| !line.is_empty() && !line.starts_with("```"));
        let introduces = |line: &&str| line.starts_with('#') || line.ends_with(':');
        introduced = last.filter(introduces).filter(|_| end.as_str().contains('\n')).unwrap_or_default();
    }
    let after = BETWEEN.find(&after).and_then(|end| after.get(..end.start())).unwrap_or(&after);
    [introduced, sentence, after].iter().any(|text| BASELINE.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_the_baselines_where_its_sentence_says_so() {
        for (before, after, is_one) in [
            ("Run `case`; the baseline is `run-case.sh --engine", " fake`.", true),
            ("Compare with `run-case.sh --engine", " fake` (the baseline).", true),
            ("## Baseline\n\n    run-case.sh --engine", " fake\n", true),
            ("The baseline:\n\n```\nrun-case.sh --engine", " fake\n```\n", true),
            ("| baseline | run-case.sh --engine", " fake |\n", true),
            ("Run `run-case.sh --engine", " fake`. The baseline comes next.", false),
            ("The baseline is there. Run `run-case.sh --engine", " fake`.", false),
            ("- the baseline\n- run-case.sh --engine", " fake\n", false),
            ("run-case.sh --engine", " fake", false),
        ] {
            assert_eq!(
                tells_of_the_baseline(before.as_bytes(), after.as_bytes()),
                is_one,
                "{before}{after}"
            );
        }
    }
}
