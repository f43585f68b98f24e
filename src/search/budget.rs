//! What one searched piece may still cost: bytes that views, decoders and containers may make of it.
//!
//! A budget that ran out stays run out, and says so: the engine turns that into a gap, so that a
//! piece which was too dear to search is never called clean.

use super::Limits;

/// The decoded bytes that are left, shared by every decoder that works on one raw piece.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
    exhausted: bool,
}

impl Budget {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { left: limits.decoded_bytes, exhausted: false }
    }

    /// Pays for `n` more bytes, before they are made. `false`: stop, they are not to be made; the
    /// budget is exhausted from then on.
    #[must_use = "bytes that are not paid for must not be made"]
    pub fn take(&mut self, n: u64) -> bool {
        if self.exhausted {
            return false;
        }
        if let Some(left) = self.left.checked_sub(n) {
            self.left = left;
            true
        } else {
            self.exhausted = true;
            false
        }
    }

    /// Adds what raw bytes bring with them; a budget that ran out stays run out.
    pub fn earn(&mut self, n: u64) {
        self.left = self.left.saturating_add(n);
    }

    /// How many bytes could still be paid for.
    #[must_use]
    pub fn left(&self) -> u64 {
        if self.exhausted { 0 } else { self.left }
    }

    /// Whether something was refused.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.exhausted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_remembered_even_if_a_smaller_piece_would_fit() {
        let mut budget = Budget::new(&Limits { decoded_bytes: 10, ..Limits::default() });
        assert!(budget.take(4));
        assert_eq!(budget.left(), 6);
        assert!(!budget.take(7));
        assert!(budget.exhausted());
        assert!(!budget.take(1));
        assert_eq!(budget.left(), 0);
    }
}
