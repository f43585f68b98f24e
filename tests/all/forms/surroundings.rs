//! Where a rendering stands: logs, JSON, arguments, tracebacks, documents.

use super::Rendering;

const LINE: &str = "2026-06-01T02:25:35.482Z INFO case::agent session=7f3a tokens=1024 elapsed=0.31s\n";

/// The rendering alone, and in the middle of other text where it is text itself.
pub fn all(rendering: &Rendering, far: bool) -> Vec<Vec<u8>> {
    let bytes = &rendering.bytes;
    let mut placed = vec![bytes.clone()];
    if !rendering.is_text {
        return placed;
    }
    let around = |before: &str, after: &str| [before.as_bytes(), bytes, after.as_bytes()].concat();
    placed.push(around(&LINE.repeat(3), &format!("\n{LINE}")));
    // What has lines begins on one of its own.
    let own = if bytes.contains(&b'\n') { "\n" } else { "" };
    placed.push(around(&format!("2026-06-01T02:25:36Z ERROR case: request failed: {own}"), "\n"));
    placed.push(around(
        "Traceback (most recent call last):\n  File \"/srv/case/client.py\", line 88, in send\n    \
         raise ConnectionError(\n",
        "\n\nDuring handling of the above exception, another exception occurred:\n",
    ));
    placed.push(around(&format!("# Notes\n\n- one\n- two: {own}"), "\n\n```text\nand a block\n```\n"));
    if far {
        placed.push(around(&LINE.repeat(900), &format!("\n{}", LINE.repeat(40))));
    }
    placed
}
