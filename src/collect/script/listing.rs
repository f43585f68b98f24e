//! `export -p`, `declare -x`, `declare -p NAME`, or one of them alone: what lists variables.

use tree_sitter::Node as Syntax;

use super::words::{Text, children};

pub(super) struct Listing<'n> {
    /// The command, with the flag that makes it one.
    pub what: String,
    /// The words that name what is listed; where there are none, all is.
    pub names: Vec<Syntax<'n>>,
}

impl<'n> Listing<'n> {
    /// What a declaration lists, if it does.
    pub fn of(node: Syntax<'n>, text: &Text) -> Option<Self> {
        let parts = children(node);
        let start = node.start_byte();
        let builtin = text.between(start..parts.first().map_or(node.end_byte(), Syntax::start_byte)).trim();
        // `local` alone lists the function's own variables.
        if builtin == "local" {
            return None;
        }
        // What is assigned is no flag; its value may be as long as the script.
        let is_flags =
            |part: &Syntax<'n>| part.kind() != "variable_assignment" && text.of(*part).starts_with('-');
        let (flags, names): (Vec<_>, Vec<_>) = parts.iter().copied().partition(is_flags);
        let flags: String = flags.into_iter().map(|part| text.of(part)).collect();
        let printed = flags.contains('p');
        // With no name, a mark chooses among what is listed: the value's variable has this one.
        let exported = matches!(builtin, "declare" | "typeset") && names.is_empty() && flags.contains('x');
        let of_others = names.is_empty() && flags.contains(['f', 'F', 'a', 'A']);
        if of_others || !(parts.is_empty() || printed || exported) {
            return None;
        }
        let what = match (parts.is_empty(), printed) {
            (true, _) => builtin.to_owned(),
            (_, true) => format!("{builtin} -p"),
            _ => format!("{builtin} -x"),
        };
        Some(Self { what, names })
    }
}
