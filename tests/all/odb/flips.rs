//! Random damage: no panic, and never fewer hits with nothing said.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;

struct Sample {
    pack: Vec<u8>,
    index: Vec<u8>,
    found: ObjectSearch,
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let repo = history("sha1");
        let pack = repo.pack(&["-c", "repack.useDeltaBaseOffset=false"]);
        let index = std::fs::read(pack.with_extension("idx")).expect("read");
        Sample { pack: std::fs::read(pack).expect("read"), index, found: search(&repo.open()) }
    })
}

fn damaged(pack: &[u8], index: Option<&[u8]>) -> ObjectSearch {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(dir.path().join("pack")).expect("made");
    std::fs::write(dir.path().join("pack/pack-x.pack"), pack).expect("written");
    if let Some(index) = index {
        std::fs::write(dir.path().join("pack/pack-x.idx"), index).expect("written");
    }
    let odb = Odb::open(dir.path(), gix::hash::Kind::Sha1, &OdbLimits::default()).expect("opened");
    for id in odb.ids().take(20).collect::<Vec<_>>() {
        let _ = odb.read(&id);
    }
    search(&odb)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flip_in_a_pack_is_always_told(at in any::<prop::sample::Index>(), bit in 0..8u8, indexed: bool) {
        let sample = sample();
        let mut pack = sample.pack.clone();
        *at.get_mut(&mut pack) ^= 1 << bit;
        let found = damaged(&pack, indexed.then_some(&sample.index));
        prop_assert!(!found.gaps.is_empty());
    }

    #[test]
    fn a_flip_in_an_index_is_always_told(at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let sample = sample();
        let mut index = sample.index.clone();
        *at.get_mut(&mut index) ^= 1 << bit;
        let found = damaged(&sample.pack, Some(&index));
        prop_assert!(!found.gaps.is_empty());
    }

    #[test]
    fn garbage_in_the_place_of_many_bytes_never_panics(
        at in any::<prop::sample::Index>(),
        garbage in prop::collection::vec(any::<u8>(), 1..200),
        cut: bool,
    ) {
        let sample = sample();
        let mut pack = sample.pack.clone();
        let start = at.index(pack.len());
        let end = (start + garbage.len()).min(pack.len());
        pack.splice(start..end, garbage);
        if cut {
            pack.truncate(end);
        }
        if pack != sample.pack {
            let found = damaged(&pack, Some(&sample.index));
            prop_assert!(!found.gaps.is_empty());
            prop_assert!(found.hits.len() <= sample.found.hits.len());
        }
    }
}
