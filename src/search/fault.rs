//! A bug on demand, in test builds alone: it quotes what it was handed, as a slice out of bounds would, at the
//! worst of all places, where the value was just found. No output may show it (tests/all/secrecy.rs).

/// Panics with the bytes in its message, where a test asks for that.
pub fn provoked(bytes: &[u8]) {
    #[cfg(debug_assertions)]
    assert!(
        std::env::var_os("COUNTERFOIL_TEST_PANIC").is_none_or(|place| place != "found"),
        "choked on {bytes:?} ({})",
        String::from_utf8_lossy(bytes)
    );
    #[cfg(not(debug_assertions))]
    let _ = bytes;
}
