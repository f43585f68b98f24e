//! What the name of a configuration says of its syntax: whether it is prose or code, and what its comments are.

use crate::collect::run::facts::Piece;

/// What people write for people.
const PROSE: [&str; 6] = ["md", "markdown", "rst", "adoc", "txt", "text"];
/// Names of files whose comments are `// …` and `/* … */`.
const LIKE_C: [&str; 24] = [
    "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "json5", "jsonc", "css", "c", "h", "cc", "cpp",
    "cs", "go", "rs", "java", "kt", "groovy", "swift", "hcl", "tf",
];
/// Names of files whose comments are `<!-- … -->`.
const MARKUP: [&str; 9] = ["xml", "html", "htm", "xhtml", "plist", "svg", "md", "markdown", "config"];
/// Names of files whose comments are `-- …`.
const DASHED: [&str; 3] = ["lua", "sql", "hs"];
/// Names of files of code, in which a word without quotes is no name, and whose comments are `# …`.
const SCRIPTS: [&str; 10] = ["py", "rb", "php", "pl", "pm", "r", "jl", "ex", "exs", "nix"];
/// The same of those whose comments are `; …`.
const LISPS: [&str; 5] = ["el", "lisp", "clj", "scm", "rkt"];
/// Names of files whose comments are `# …` alone, of those that are no code.
const HASHED: [&str; 7] = ["sh", "bash", "zsh", "fish", "ps1", "mk", "dockerfile"];
/// Names of prose in which `#` stands before a heading, or nothing.
const HEADED: [&str; 4] = ["md", "markdown", "rst", "adoc"];

/// Whether a file is for people to read: what it speaks of may be anything.
pub(super) fn is_prose(piece: &Piece<'_>) -> bool {
    piece.is_named(&PROSE)
}

/// Whether a word without quotes is what the code calls something, and no name.
pub(super) fn is_code(piece: &Piece<'_>) -> bool {
    [&LIKE_C[..], &DASHED, &SCRIPTS, &LISPS].iter().any(|names| piece.is_named(names))
}

/// What begins a comment, where it begins a line.
pub(super) fn first_marks(piece: &Piece<'_>) -> &'static [u8] {
    let is = |names: &[&[&str]]| names.iter().any(|names| piece.is_named(names));
    match () {
        // `app.config` may be markup, or lines.
        () if is(&[&SCRIPTS, &HASHED, &["config"]]) => b"#",
        () if is(&[&LIKE_C, &DASHED, &MARKUP, &HEADED]) => b"",
        () if is(&[&LISPS]) => b";",
        () => b"#;",
    }
}

/// What begins a comment that ends with its line, and what begins and ends one that goes over several.
pub(super) fn marks(piece: &Piece<'_>) -> (&'static [u8], Option<(&'static [u8], &'static [u8])>) {
    match () {
        () if piece.is_named(&LIKE_C) => (b"//", Some((b"/*", b"*/"))),
        () if piece.is_named(&MARKUP) => (b"", Some((b"<!--", b"-->"))),
        () if piece.is_named(&DASHED) => (b"--", None),
        () => (b"", None),
    }
}
