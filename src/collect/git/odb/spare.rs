//! Buffers that are used again: a walk through a history needs one after the other, of all sizes.
//!
//! Refuses to lend a buffer that is far too large, since what is held is bounded, and keeps no giants.

/// Buffers that are kept, and their largest size.
const KEPT: (usize, usize) = (16, 4 << 20);
/// What a buffer that is lent may have too much, beside as much again as was asked for.
const TOO_MUCH: usize = 16 << 10;

#[derive(Default)]
pub struct Spare(Vec<Vec<u8>>);

impl Spare {
    /// An empty buffer with room for `size` bytes: the one that was used last, so that it is near.
    pub fn take(&mut self, size: usize) -> Vec<u8> {
        let fits =
            |spare: &Vec<u8>| spare.capacity() >= size && spare.capacity() / 2 <= size + TOO_MUCH / 2;
        match self.0.iter().rposition(fits) {
            Some(fits) => {
                let mut bytes = self.0.swap_remove(fits);
                bytes.clear();
                bytes
            }
            // The next version of an object is often a little longer.
            None => Vec::with_capacity(size + size / 8),
        }
    }

    /// Keeps a buffer, in the place of a smaller one if there are enough.
    pub fn keep(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() > KEPT.1 {
            return;
        }
        if self.0.len() < KEPT.0 {
            self.0.push(bytes);
        } else if let Some(least) = self.0.iter_mut().min_by_key(|spare| spare.capacity())
            && least.capacity() < bytes.capacity()
        {
            *least = bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_lent_again_where_it_fits() {
        let mut spare = Spare::default();
        spare.keep(Vec::with_capacity(1 << 20));
        spare.keep(Vec::with_capacity(1000));
        assert!(spare.take(900).capacity() < 2000);
        assert!(spare.take(100).capacity() < 200, "a large one is not lent for little");
        assert_eq!(spare.take(700_000).capacity(), 1 << 20);
        spare.keep(Vec::with_capacity(5 << 20));
        assert!(spare.0.is_empty());
    }
}
