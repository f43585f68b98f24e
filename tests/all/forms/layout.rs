//! Renderings by layout: escape sequences, wraps, borders, prefixes.

use super::codec::{folded, quoted_printable};
use super::target::Target;
use super::{Renderings, text};

/// `ansi`: escape sequences inside the value.
pub fn ansi(t: &Target) -> Renderings {
    let url = t.url();
    let parts = format!(
        "\x1b[36m{}://\x1b[0m\x1b[1m{}\x1b[0m:\x1b[33m{}\x1b[0m{}",
        t.scheme, t.host, t.port, t.path
    );
    let each = |before: &str, after: &str, text: &str| {
        text.chars().map(|c| format!("{before}{c}{after}")).collect::<String>()
    };
    let (left, right) = t.host.split_at(t.host.len() / 2);
    text(vec![
        parts,
        each("\x1b[32m", "\x1b[0m", &url),
        each("\x1b[38;5;208m", "", t.host),
        format!("{left}\x1b[K{right}"),
        format!("{left}\x1b[1;31m\x1b[4m{right}\x1b[m"),
        format!("\x1b]8;;{url}\x1b\\the model\x1b]8;;\x1b\\"),
        format!("\x1b]0;{left}\x07{left}\x1b]0;title\x07{right}"),
        format!("{left}\x1b(B{right}"),
        format!("{left}\u{9b}31m{right}"),
        format!("{left}\x1b[?25l{right}"),
        each("\x1b[2m", "\x1b[22m", t.host),
    ])
}

/// `wrapped`: every column of the host, in every kind of margin.
pub fn wrapped(t: &Target) -> Renderings {
    let url = t.url();
    let start = url.find(t.host).expect("the host");
    let mut all = Vec::new();
    for at in start + 1..start + t.host.len() {
        let (left, right) = url.split_at(at);
        let wide = 3 + left.chars().count();
        all.push(format!("{left}\n{right}"));
        all.push(format!("model at {left}\r\n    {right} failed"));
        all.push(format!(
            "2026-06-01T02:25:35.101Z INFO case: {left}\n2026-06-01T02:25:35.102Z INFO case: {right}"
        ));
        all.push(format!("case-1  | {left}\ncase-1  | {right}"));
        all.push(format!("│ {left} │\n│ {right:<width$} │", width = wide - 3));
        all.push(format!("+{}+\n| {left} |\n| {right:<w$} |\n", "-".repeat(wide - 1), w = wide - 3));
        all.push(format!("url: \"{left}\\\n  {right}\"\n"));
        all.push(format!("curl -s {left}\\\n{right}"));
        all.push(format!("> see {left}\n> {right}"));
        all.push(format!("+  base: {left}\n+  {right}\n"));
        all.push(format!("# {left}\n# {right}"));
        all.push(format!("[02:25:35] {left}\n[02:25:35] {right}"));
    }
    for width in [4, 7, 10, 12] {
        all.push(folded(&url, width, "\n", ""));
        all.push(folded(&url, width, "\n", "    "));
        all.push(folded(&url, width, " │\n", "│ "));
        all.push(folded(&url, width, "\n", "2026-06-01 02:25:35,101 DEBUG "));
    }
    for width in [9, 20, 76] {
        all.push(quoted_printable(format!("X-Model: {url}\n").as_bytes(), width));
    }
    all.push(url.replace('.', "=2E"));
    text(all)
}

/// `nul-separated`: /proc/PID/cmdline, environ, `find -print0`.
pub fn nul_separated(t: &Target) -> Renderings {
    let (url, host) = (t.url(), t.host);
    text(vec![
        format!("case\0--base-url\0{url}\0--json\0"),
        format!("HOME=/root\0BASE_URL={url}\0TERM=xterm\0"),
        format!("curl\0-s\0{}\0", t.authority()),
        format!("ping\0{host}\0"),
        format!("case\0--host\0{host}\0--port\0{}\0", t.port),
    ])
}
