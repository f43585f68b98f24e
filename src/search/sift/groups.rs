//! Trigrams in few groups, so that a table lookup a byte tells them: a bit for each group that the byte fits.
//!
//! A group takes every mixture of its trigrams' bytes for one of them. Which trigrams share a group is chosen so
//! that ordinary text passes as seldom as may be.

use zeroize::Zeroize;

/// Groups that are told from one another: two bytes, a bit each.
const GROUPS: usize = 16;

/// The bytes of ASCII, a bit each.
type Set = u128;

/// For each of the three bytes of a trigram: which groups have a byte with this low or high nibble. The
/// first eight groups, and the others.
#[derive(Clone, Default)]
pub struct Nibbles([Half; 2]);

#[derive(Clone, Default)]
pub struct Half {
    pub low: [[u8; 16]; 3],
    pub high: [[u8; 16]; 3],
}

impl Nibbles {
    pub fn halves(&self) -> &[Half; 2] {
        &self.0
    }

    /// Whether the bytes fit a group.
    pub fn may_hold(&self, trigram: [u8; 3]) -> bool {
        self.0.iter().any(|half| {
            trigram.iter().enumerate().fold(0xff, |groups, (place, byte)| {
                let low = half.low[place][usize::from(byte & 15)];
                groups & low & half.high[place][usize::from(byte >> 4)]
            }) != 0
        })
    }
}

impl Drop for Nibbles {
    fn drop(&mut self) {
        for half in &mut self.0 {
            half.low.zeroize();
            half.high.zeroize();
        }
    }
}

/// For each of the three bytes of a trigram: which groups have this byte of ASCII, and which any other byte. As
/// [`Nibbles`], in halves.
#[derive(Clone)]
pub struct Places([[Place; 3]; 2]);

#[derive(Clone, Copy)]
pub struct Place {
    pub ascii: [u8; 128],
    pub beyond: u8,
}

impl Default for Places {
    fn default() -> Self {
        Self([[Place { ascii: [0; 128], beyond: 0 }; 3]; 2])
    }
}

impl Places {
    pub fn halves(&self) -> &[[Place; 3]; 2] {
        &self.0
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        for place in self.0.as_flattened_mut() {
            place.ascii.zeroize();
            place.beyond.zeroize();
        }
    }
}

pub struct Groups(Vec<Group>);

/// What the trigrams of one group have at each place: nibbles, low and high, and bytes of ASCII.
#[derive(Clone, Copy, Default)]
struct Group {
    nibbles: [(u16, u16); 3],
    bytes: [Set; 3],
    beyond: [bool; 3],
}

impl Groups {
    pub fn of_nibbles(trigrams: &[[u8; 3]]) -> Self {
        Self::new(trigrams, Group::share_by_nibbles)
    }

    pub fn of_bytes(trigrams: &[[u8; 3]]) -> Self {
        Self::new(trigrams, Group::share_by_bytes)
    }

    /// Puts each trigram to the group that it makes the least dear.
    fn new(trigrams: &[[u8; 3]], share: fn(&Group) -> f32) -> Self {
        let mut sorted = trigrams.to_vec();
        sorted.sort_unstable();
        let mut groups = vec![(Group::default(), 0.0); GROUPS];
        for trigram in &sorted {
            let with = groups.iter().map(|(group, known)| {
                let group = group.with(*trigram);
                let share = share(&group);
                (group, share, share - known)
            });
            let best = with.enumerate().min_by(|(_, a), (_, b)| a.2.total_cmp(&b.2));
            if let Some((number, (group, share, _))) = best {
                groups[number] = (group, share);
            }
        }
        sorted.zeroize();
        let all = Self(groups.iter().map(|(group, _)| *group).collect());
        for (group, _) in &mut groups {
            group.zeroize();
        }
        all
    }

    pub fn nibbles(&self) -> Nibbles {
        let mut all = Nibbles::default();
        for (number, group) in self.0.iter().enumerate() {
            let (half, bit) = (&mut all.0[number / 8], 1u8 << (number % 8));
            for (place, (low, high)) in group.nibbles.iter().enumerate() {
                for nibble in 0..16 {
                    half.low[place][nibble] |= if low >> nibble & 1 == 1 { bit } else { 0 };
                    half.high[place][nibble] |= if high >> nibble & 1 == 1 { bit } else { 0 };
                }
            }
        }
        all
    }

    pub fn places(&self) -> Places {
        let mut all = Places::default();
        for (number, group) in self.0.iter().enumerate() {
            let (half, bit) = (&mut all.0[number / 8], 1u8 << (number % 8));
            for (table, set) in half.iter_mut().zip(group.bytes) {
                for (byte, groups) in table.ascii.iter_mut().enumerate() {
                    *groups |= if set >> byte & 1 == 1 { bit } else { 0 };
                }
            }
            for (table, beyond) in half.iter_mut().zip(group.beyond) {
                table.beyond |= if beyond { bit } else { 0 };
            }
        }
        all
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Group::zeroize);
    }
}

/// How often a byte with this high nibble is met in logs and sources, in hundredths: letters, then digits and space.
const HIGH: [f32; 16] =
    [1.0, 1.0, 17.0, 20.0, 2.0, 2.0, 32.0, 20.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];

/// How often a byte is met there, in thousandths. A rough rank, not a measure.
fn often(byte: u8) -> f32 {
    match byte {
        b' ' => 110.0,
        b'e' | b't' => 60.0,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 48.0,
        b'0' | b'1' => 35.0,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'2'..=b'9' => 25.0,
        b'/' | b'.' | b':' | b'-' | b'"' | b'_' | b',' | b'f' | b'g' | b'h' => 15.0,
        b'a'..=b'z' => 8.0,
        b'A'..=b'Z' | b'(' | b')' | b'=' | b'[' | b']' | b'\'' | b'\n' => 4.0,
        _ => 1.0,
    }
}

/// How often a byte beyond ASCII is met, in the same units.
const BEYOND: f32 = 20.0;

impl Group {
    fn with(mut self, trigram: [u8; 3]) -> Self {
        for (place, byte) in trigram.into_iter().enumerate() {
            for byte in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
                self.nibbles[place].0 |= 1 << (byte & 15);
                self.nibbles[place].1 |= 1 << (byte >> 4);
                self.bytes[place] |= if byte.is_ascii() { 1 << byte } else { 0 };
            }
            self.beyond[place] |= !byte.is_ascii();
        }
        self
    }

    /// How much of a text would pass, in arbitrary units.
    fn share_by_nibbles(&self) -> f32 {
        let highs = |set: u16| -> f32 {
            HIGH.iter()
                .enumerate()
                .filter(|(nibble, _)| set >> nibble & 1 == 1)
                .map(|(_, share)| share)
                .sum()
        };
        self.nibbles
            .iter()
            .map(|(low, high)| highs(*high) * f32::from(u16::try_from(low.count_ones()).unwrap_or(16)))
            .product()
    }

    /// The same where bytes are told.
    fn share_by_bytes(&self) -> f32 {
        let bytes = |(mut set, beyond): (Set, bool)| {
            let mut sum = if beyond { BEYOND } else { 0.0 };
            while set != 0 {
                sum += often(u8::try_from(set.trailing_zeros()).unwrap_or(0));
                set &= set - 1;
            }
            sum
        };
        self.bytes.into_iter().zip(self.beyond).map(bytes).product()
    }

    fn zeroize(&mut self) {
        for (low, high) in &mut self.nibbles {
            low.zeroize();
            high.zeroize();
        }
        self.bytes.zeroize();
        self.beyond.zeroize();
    }
}
