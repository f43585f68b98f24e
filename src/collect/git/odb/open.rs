//! Which packs and folders make up an object database, alternates of alternates included.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use gix::hash::Kind as Hash;

use super::loose::Store;
use super::map::Map;
use super::pack::{Pack, Table};
use super::pack_index::{self, PackIndex};
use super::{Odb, OdbError, OdbLimits, made};
use crate::collect::git::files;
use crate::text::printable_path;

/// Bytes of a list of alternates.
const LONGEST_LIST: u64 = 1 << 20;

impl Odb {
    /// Opens the database in `objects`, the folder that a repository keeps its objects in.
    ///
    /// # Errors
    /// No such folder, or it can't be listed. Anything inside that can't be opened is a gap.
    pub fn open(objects: &Path, hash: Hash, limits: &OdbLimits) -> Result<Self, OdbError> {
        std::fs::read_dir(objects).map_err(|error| OdbError::Unreadable(crate::text::io_reason(&error)))?;
        let mut odb = Self {
            hash,
            limits: *limits,
            stores: Vec::new(),
            packs: Vec::new(),
            gaps: Vec::new(),
            others: Vec::new(),
            cache: Mutex::default(),
        };
        let mut seen = HashSet::new();
        let mut next = vec![(objects.to_owned(), "objects".to_owned())];
        while let Some((dir, shown)) = next.pop() {
            let Ok(place) = dir.canonicalize() else {
                odb.gaps.push(format!("{shown}: this alternate is not there"));
                continue;
            };
            if !seen.insert(place) {
                continue;
            }
            if seen.len() > limits.alternates {
                odb.gaps.push(format!("{shown}: more than {} alternates", limits.alternates));
                break;
            }
            odb.add(dir, shown, &mut next);
        }
        for number in 0..odb.packs.len() {
            if let Some(pack) = odb.packs.get(number)
                && matches!(pack.table, Table::Made { .. })
            {
                let (table, gaps) = made::table(&odb, pack);
                let pack = pack.with(table);
                odb.gaps.extend(gaps);
                odb.packs[number] = pack;
            }
        }
        Ok(odb)
    }

    fn add(&mut self, dir: PathBuf, shown: String, next: &mut Vec<(PathBuf, String)>) {
        self.add_packs(&dir.join("pack"), &format!("{shown}/pack"));
        let info = dir.join("info");
        match files::read_if_there(&info.join("alternates"), LONGEST_LIST) {
            Ok(text) => next.extend(alternates(&text.unwrap_or_default(), &dir)),
            Err(error) => self.gaps.push(format!("{shown}/info/alternates: {error}")),
        }
        self.add_others(&dir, &shown, true);
        self.stores.push(Store { dir, shown });
    }

    /// What lies beside the packs and the 256 folders of an object directory (`is_top`), and all that lies in a folder
    /// that is none.
    fn add_others(&mut self, dir: &Path, shown: &str, is_top: bool) {
        let mut left = vec![dir.to_owned()];
        while let Some(folder) = left.pop() {
            let files = match list(&folder) {
                Ok(files) => files,
                Err(error) => {
                    self.gaps.push(format!("{shown}: a folder inside can't be listed: {error}"));
                    continue;
                }
            };
            for (path, is_dir) in files {
                let inside = path.strip_prefix(dir).unwrap_or(&path).as_os_str().as_bytes();
                let fanout =
                    inside.len() == 2 && inside.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                match is_dir {
                    true if is_top && (fanout || inside == b"pack") => {}
                    true => left.push(path),
                    false => self.others.push(path),
                }
            }
        }
        self.others.sort();
    }

    fn add_packs(&mut self, dir: &Path, shown: &str) {
        let files = match list(dir) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.gaps.push(format!("{shown}: {error}")),
        };
        let names: BTreeMap<_, _> = files.iter().map(|(path, is_dir)| (path.as_path(), *is_dir)).collect();
        for (path, is_dir) in &files {
            let name =
                format!("{shown}/{}", printable_path(Path::new(path.file_name().unwrap_or_default())));
            let ext = path.extension().and_then(OsStr::to_str).unwrap_or("");
            if *is_dir {
                self.add_others(path, &name, false);
            } else if ext == "pack" || begins_like_a_pack(path) {
                self.add_pack(path, &name);
            } else if ext == "idx" && !names.contains_key(path.with_extension("pack").as_path()) {
                self.gaps.push(format!("{name}: an index whose pack is not there"));
            } else if name.ends_with("/multi-pack-index") || ext == "midx" {
                self.check_multi(path, dir, &name);
                self.others.push(path.clone());
            } else if ext != "idx" {
                self.others.push(path.clone());
            }
        }
    }

    fn add_pack(&mut self, path: &Path, shown: &str) {
        let number = u32::try_from(self.packs.len()).unwrap_or(u32::MAX);
        let mut pack = match Pack::open(path, shown.to_owned(), self.hash, number) {
            Ok(pack) => pack,
            Err(why) => return self.gaps.push(format!("{shown}: {why}")),
        };
        if pack.version() != 2 {
            self.gaps
                .push(format!("{shown}: it says version {}, which git does not write", pack.version()));
        }
        match Map::open(&path.with_extension("idx")) {
            Ok(map) => match PackIndex::parse(map, self.hash) {
                Ok(index) => {
                    if index.pack_checksum() != pack.trailer() {
                        let shown = &pack.shown;
                        self.gaps
                            .push(format!("{shown}: its checksum is not the one that its index names"));
                    }
                    if index.count() != pack.stated() {
                        let (stated, has) = (pack.stated(), index.count());
                        let shown = &pack.shown;
                        self.gaps.push(format!("{shown}: it says {stated} objects, its index has {has}"));
                    }
                    pack.table = Table::Index(index);
                }
                Err(why) => self.gaps.push(format!("{}: {why}", pack.shown)),
            },
            // Read by itself: nothing is lost.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.gaps.push(format!("{}: its index: {error}", pack.shown)),
        }
        self.packs.push(pack);
    }

    /// A multi-pack index tells nothing that the packs don't, but for packs that are missing.
    fn check_multi(&mut self, path: &Path, dir: &Path, shown: &str) {
        let map = match Map::open(path) {
            Ok(map) => map,
            Err(error) => return self.gaps.push(format!("{shown}: {error}")),
        };
        let Some(names) = pack_index::packs_of_multi(&map) else {
            return self.gaps.push(format!("{shown}: a multi-pack index that is malformed"));
        };
        for name in names {
            let pack = dir.join(OsStr::from_bytes(name)).with_extension("pack");
            if !pack.is_file() {
                let name = printable_path(Path::new(OsStr::from_bytes(name)));
                self.gaps.push(format!("{shown}: it names {name}, and that pack is not there"));
            }
        }
    }
}

fn begins_like_a_pack(path: &Path) -> bool {
    use std::io::Read as _;
    let mut start = [0; 4];
    files::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok()) && &start == b"PACK"
}

/// The entries of a folder, in order, and whether each is a folder itself; links are not followed.
fn list(dir: &Path) -> std::io::Result<Vec<(PathBuf, bool)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        found.push((entry.path(), entry.file_type()?.is_dir()));
    }
    found.sort();
    Ok(found)
}

/// The folders that an alternates file names, and how gaps name them.
fn alternates(text: &[u8], objects: &Path) -> Vec<(PathBuf, String)> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && line[0] != b'#');
    lines
        .map(|line| {
            let name = gix::bstr::BStr::new(line);
            let name = if line.starts_with(b"\"") {
                gix::quote::ansi_c::undo(name).map_or(name.to_vec(), |(name, _)| name.to_vec())
            } else {
                line.to_vec()
            };
            let path = Path::new(OsStr::from_bytes(&name));
            (objects.join(path), format!("alternate {}", printable_path(path)))
        })
        .collect()
}
