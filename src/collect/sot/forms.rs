//! What single lines mean by the profile, as blocks ask for it while they are put together.

use super::blocks::{Forms, Listed};
use super::citing::{self, artifact_label};
use super::commits;
use super::front_matter::unadorned;
use super::lines::{is_known, labelled, list_named, status_word};
use super::structure::is_free;
use super::{marks, named, sentences, told};
use crate::profile::{Documents, StatusClass, Surfaces};
use crate::text::plain;

/// The profile's forms, as blocks ask for them.
pub(super) struct Known<'a> {
    pub documents: &'a Documents,
    pub surfaces: &'a Surfaces,
}

impl Forms for Known<'_> {
    fn is_label(&self, text: &str) -> bool {
        is_known(text, &plain(text), self.documents)
    }

    fn is_field(&self, text: &str) -> bool {
        self.documents.label(text).is_some()
    }

    fn is_value(&self, text: &str) -> bool {
        told::is_value(unadorned(text))
    }

    fn may_be_value(&self, label: &str, text: &str) -> bool {
        let is_free = self.documents.label(label.trim_end_matches(':')).is_some_and(|to| is_free(to));
        let begins_small = text.starts_with(|c: char| c.is_lowercase() || !c.is_alphabetic());
        is_free
            || self.is_value(text)
            || text.contains(|c: char| c.is_ascii_digit())
            || begins_small && !text.contains(' ')
    }

    fn names_baseline(&self, text: &str) -> bool {
        self.documents.names_baseline(text)
    }

    fn begins(&self, before: &str, line: &str, in_paragraph: bool) -> bool {
        if marks::is_bulleted(line) {
            return true;
        }
        let bare = line.get(marks::before_words(line)..).unwrap_or_default();
        if let Some(found) = labelled(bare, self.documents)
            && (found.is_known(bare, self.documents) || in_paragraph && found.may_be_one(bare))
        {
            return true;
        }
        // A value goes on in the next line, unless it has ended, or was a status or what is waited for, of which
        // a sentence is none.
        if bare.starts_with(char::is_lowercase) {
            return false;
        }
        let ended = before.ends_with('.');
        labelled(before, self.documents).is_some_and(|above| {
            let short = above.named == "status" || list_named(&above.named).is_some();
            ended && above.may_be_one(before)
                || short && !above.value.is_empty() && self.documents.may_tell(sentences::bare(bare))
        })
    }

    fn cites(&self, label: &str) -> bool {
        artifact_label(label.trim_end_matches(':')).is_some()
    }

    fn names_item(&self, text: &str) -> bool {
        self.documents.first_id.is_match(text)
    }

    fn names_run(&self, text: &str) -> bool {
        citing::names_run(text, self.surfaces)
    }

    fn is_status(&self, text: &str) -> bool {
        self.documents.status(status_word(text)) != StatusClass::Unknown
    }

    fn tells(&self, text: &str) -> bool {
        sentences::may_tell(text, self.documents)
    }

    fn states(&self, text: &str) -> bool {
        self.documents.sentence(sentences::bare(text)).is_some()
    }

    fn is_commit(&self, text: &str) -> bool {
        commits::is_one(text)
    }

    fn listed(&self, label: &str, items: &[&str]) -> Listed {
        let Some(found) = labelled(label, self.documents).filter(|found| found.value.is_empty()) else {
            return Listed::Apart;
        };
        let name = label.get(found.label.clone()).unwrap_or_default();
        let quiet = items.iter().take_while(|item| !self.speaks(item)).count();
        let cites = artifact_label(name).is_some();
        let several = match self.documents.label_named(&found.named) {
            // Of these fields alone the value is a list.
            Some(pointer) => pointer.ends_with("files"),
            None => cites,
        };
        if cites {
            let runs = items.iter().take_while(|item| self.names_run(item)).count();
            if quiet == 0 { Listed::Apart } else { Listed::Value(quiet.min(runs.max(1))) }
        } else if items.len() > 1
            && commits::repository(name).is_some_and(commits::is_name)
            && items.iter().all(|item| commits::is_one(item))
        {
            Listed::Each
        } else if found.is_known(label, self.documents) {
            match quiet {
                0 => Listed::Titled,
                quiet if several => Listed::Value(quiet),
                _ => Listed::Value(1),
            }
        } else if named::passes_of(name, self.documents, &|_| true).next().is_some() {
            // `Passing runs:` over their names.
            match items.iter().take_while(|item| self.is_run(item)).count() {
                0 => Listed::Apart,
                runs => Listed::Value(runs),
            }
        } else {
            self.in_a_sentence(name, items.get(..quiet).unwrap_or_default())
        }
    }

    fn is_value_below(&self, label: &str, text: &str, in_code: bool, in_item: bool) -> bool {
        let Some(found) = labelled(label, self.documents).filter(|found| found.value.is_empty()) else {
            return false;
        };
        if text.ends_with([':', '?'])
            || self.is_labelled(text)
            || !in_code && sentences::may_tell(text, self.documents)
        {
            return false;
        }
        let word = status_word(text);
        if found.named == "status" {
            return self.is_status(text);
        }
        if label.get(found.label.clone()).and_then(artifact_label).is_some() {
            return self.names_run(text);
        }
        match self.documents.label_named(&found.named) {
            Some(to) if is_free(to) => in_code || in_item,
            Some(_) => {
                let is_short = !word.contains(' ') && word.contains(|c: char| c.is_ascii_digit());
                in_code || self.is_value(word) || is_short || in_item && !text.contains(' ')
            }
            None => false,
        }
    }

    fn fields_of(&self, label: &str, items: &[&str]) -> Vec<usize> {
        let of = plain(label.trim_end_matches(':')) + " ";
        let of_baseline = self.documents.names_baseline(&of);
        if !of_baseline && !self.documents.begins_a_label(&of) {
            return Vec::new();
        }
        let is_one = |item: &str| match labelled(item, self.documents).filter(|field| field.has_colon(item))
        {
            Some(field) => self.documents.label_named(&format!("{of}{}", field.named)).is_some(),
            None => {
                of_baseline
                    && !item.to_ascii_lowercase().contains("baseline")
                    && self.documents.sentence(sentences::bare(&format!("{of}{item}"))).is_some()
            }
        };
        (0..items.len()).filter(|at| items.get(*at).is_some_and(|item| is_one(item))).collect()
    }

    fn names_a_list(&self, label: &str) -> bool {
        list_named(&plain(label.trim_end_matches(':'))).is_some()
    }
}

impl Known<'_> {
    /// Whether an item of a list is a run's name, or the path of its directory, and no more.
    fn is_run(&self, item: &str) -> bool {
        let bare = item.trim_matches(['`', '<', '>', '"', '.', '/']);
        !bare.contains(' ')
            && citing::first_run(bare, self.surfaces).is_some_and(|(_, at)| at.end == bare.len())
    }

    /// Whether an item of a list says something by itself.
    fn speaks(&self, item: &str) -> bool {
        self.is_labelled(item) || sentences::may_tell(item, self.documents)
    }

    fn is_labelled(&self, text: &str) -> bool {
        let label = labelled(text, self.documents).filter(|found| found.has_colon(text));
        label.is_some_and(|found| found.is_known(text, self.documents))
    }

    /// `Tests: 4 passed, 0 failed`, where the profile has a sentence that begins so; with all items, else the first.
    fn in_a_sentence(&self, label: &str, items: &[&str]) -> Listed {
        let bare = |item: &&str| item.trim_end_matches('.').to_owned();
        let all = items.iter().map(bare).collect::<Vec<_>>().join(", ");
        let is_one = |value: &str| {
            !value.is_empty() && self.documents.may_tell(sentences::bare(&format!("{label}: {value}")))
        };
        match items.first() {
            Some(_) if is_one(&all) => Listed::Value(items.len()),
            Some(first) if is_one(first) => Listed::Value(1),
            _ => Listed::Apart,
        }
    }
}
