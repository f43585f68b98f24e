//! What this process refuses to leave behind: core dumps, and panics that print what they were handed.
//!
//! Values sit in memory while an audit runs. A core file would write them to disk, and a panic's message
//! often quotes the text that it choked on. So neither is allowed; a bug says where it is, and ends the
//! process with a code that can't be taken for a verdict.

use std::panic::PanicHookInfo;

use rustix::process::{Resource, Rlimit, setrlimit};

/// The exit code of a process that hit a bug: the one of a usage error, never one of a judged audit.
pub const BUG: i32 = 2;

/// Call first in `main`. A system that refuses one of these is no reason to stop: they only narrow what
/// an accident could show.
pub fn harden() {
    std::panic::set_hook(Box::new(|info| {
        say(&message(info));
        std::process::exit(BUG);
    }));
    let _refused = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _refused = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Where, and nothing of what: a payload can quote the evidence.
fn message(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(
        || "an unknown place".to_owned(),
        |location| format!("{}:{}", shortened(location.file()), location.line()),
    );
    format!("counterfoil hit a bug at {place}; nothing was judged\n")
}

/// A library's file without the folders of the machine that it was built on.
fn shortened(file: &str) -> &str {
    match file.find("/src/index.").or_else(|| file.find("/library/")) {
        Some(at) => {
            let rest = file.get(at..).unwrap_or_default().trim_start_matches("/src/");
            rest.split_once('/').map_or(rest, |(_, rest)| rest)
        }
        None => file,
    }
}

/// Straight to standard error: the usual way out may be what broke.
fn say(message: &str) {
    let _nowhere_to_tell = rustix::io::write(rustix::stdio::stderr(), message.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_librarys_path_loses_the_machine_it_was_built_on() {
        let file = "/home/someone/.cargo/registry/src/index.example-19/regex-1.2.3/src/lib.rs";
        assert_eq!(shortened(file), "regex-1.2.3/src/lib.rs");
        assert_eq!(shortened("src/search/mod.rs"), "src/search/mod.rs");
        assert_eq!(shortened("/rustc/8f2/library/core/src/str/mod.rs"), "library/core/src/str/mod.rs");
    }

    /// A process of its own: this test binary, told to panic with the value in its payload.
    #[test]
    fn a_panic_shows_its_place_and_no_payload_and_ends_with_two() {
        const PAYLOAD: &str = "http://100.101.102.103:8000/v1";
        if std::env::var_os("COUNTERFOIL_TEST_PANIC").is_some() {
            harden();
            panic!("{PAYLOAD}");
        }
        let output = std::process::Command::new(std::env::current_exe().expect("this binary"))
            .args([
                "--exact",
                "cli::hardening::tests::a_panic_shows_its_place_and_no_payload_and_ends_with_two",
            ])
            .arg("--nocapture")
            .env("COUNTERFOIL_TEST_PANIC", "1")
            .output()
            .expect("it runs");
        let shown = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(output.status.code(), Some(BUG), "{shown}");
        assert!(shown.contains("counterfoil hit a bug at src/cli/hardening.rs:"), "{shown}");
        assert!(!shown.contains("100.101"), "{shown}");
    }
}
