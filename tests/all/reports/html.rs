//! The page as a reader of HTML sees it; `tests/browser/run` opens what is written here in a browser.

use counterfoil::report::Format;

use super::{rendered, sample};

/// Writes the pages that the browser's checks open, and looks for what would make them load something.
#[test]
fn the_page_is_one_self_contained_file() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    std::fs::create_dir_all(&folder).expect("a folder");
    let pages = [
        ("rejected", sample::rejected()),
        ("accepted", sample::accepted()),
        ("incomplete", sample::incomplete()),
        ("large", sample::large(5000)),
    ];
    for (name, outcome) in pages {
        let page = rendered(Format::Html, &outcome);
        for loads in [
            "<link",
            "<img",
            "<iframe",
            "src=",
            "url(",
            "@import",
            "fetch(",
            "XMLHttpRequest",
            "javascript:",
        ] {
            // Evidence may say anything; its angle brackets and quotes are no markup.
            assert!(!page.replace("b onload=x", "").contains(loads), "{name}: {loads}");
        }
        assert!(
            page.contains("default-src 'none'; style-src 'sha256-")
                || page.contains("default-src &#39;none&#39;")
        );
        assert!(!page.contains(" style="), "{name}: the policy refuses inline styles");
        std::fs::write(folder.join(format!("{name}.html")), page).expect("written");
    }
}

#[test]
fn the_verdict_stands_first_and_every_part_is_there() {
    let page = rendered(Format::Html, &sample::rejected());
    let mut at = 0;
    for part in [
        "<h1>rejected</h1>",
        "id=\"summary\"",
        "id=\"claims\"",
        "id=\"runs\"",
        "id=\"findings\"",
        "id=\"waived\"",
        "id=\"read\"",
        "id=\"rules\"",
    ] {
        let found = page[at..].find(part).unwrap_or_else(|| panic!("{part} in its order"));
        at += found;
    }
    assert!(page.contains("argv.json:3:17</code>"));
    assert!(page.contains(
        "<span class=\"number\">3</span>    &#34;--base-url&#34;, &#34;<mark>‹endpoint›</mark>&#34;,"
    ));
    assert!(page.contains("<code>pass</code>, the report"), "backticks become code");
    assert!(page.contains("&#60;b onload=x&#62;") && !page.contains("<b onload"));
}

/// Opening and closing tags fit: a reader that forgives nothing reads the page's body.
#[test]
fn the_markup_is_well_formed() {
    let tag = regex::Regex::new(r"<(/?)([a-z0-9]+)((?:\s[^<>]*?)?)(/?)>").unwrap();
    for outcome in [sample::rejected(), sample::accepted(), sample::incomplete()] {
        let page = rendered(Format::Html, &outcome);
        let body = &page[page.find("<body>").unwrap()..page.find("<script>").unwrap()];
        let void = ["input", "meta", "br"];
        let mut open: Vec<&str> = Vec::new();
        for found in tag.captures_iter(body) {
            let name = found.get(2).unwrap().as_str();
            match (&found[1], &found[4]) {
                ("/", _) => assert_eq!(open.pop(), Some(name), "at byte {}", found.get(0).unwrap().start()),
                (_, "/") => {}
                _ if void.contains(&name) => {}
                _ => open.push(name),
            }
        }
        assert_eq!(open, ["body"], "everything else is closed");
    }
}
