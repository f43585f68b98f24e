//! Progress on standard error: on a terminal a bar, for anything over a second; elsewhere, where it is always wanted, a
//! line for each stage. It names counts, never a path.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::When;
use crate::audit::Progress;

pub(super) struct Bar {
    bar: ProgressBar,
    shown: bool,
    /// Whether stages are told line by line: no bar is drawn off a terminal.
    lines: bool,
    started: Instant,
    drawn: Mutex<bool>,
}

impl Bar {
    pub fn new(when: When, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let shown = terminal && (when == When::Always || when == When::Auto && !quiet);
        let lines = !terminal && when == When::Always;
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta} left") {
            bar.set_style(style);
        }
        Self { bar, shown, lines, started: Instant::now(), drawn: Mutex::new(false) }
    }

    fn draw_if_slow(&self) {
        if !self.shown || self.started.elapsed() < Duration::from_secs(1) {
            return;
        }
        if let Ok(mut drawn) = self.drawn.try_lock()
            && !*drawn
        {
            *drawn = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, total: u64) {
        if self.lines && total > 0 {
            let _nowhere_to_tell = writeln!(std::io::stderr().lock(), "{name}: {total}");
        }
        self.bar.set_message(name.to_owned());
        self.bar.set_length(total);
        self.bar.set_position(0);
        self.draw_if_slow();
    }

    fn step(&self) {
        self.bar.inc(1);
        self.draw_if_slow();
    }
}
