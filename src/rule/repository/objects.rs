//! Loose objects and an index, written as git writes them.

use crate::text::hex;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use sha1::{Digest as _, Sha1};

use super::Files;

pub struct Store<'a> {
    pub git: &'a Path,
}

impl Store<'_> {
    /// Writes an object; its id in hexadecimal digits.
    pub fn add(&self, kind: &str, content: &[u8]) -> std::io::Result<String> {
        let mut object = format!("{kind} {}\0", content.len()).into_bytes();
        object.extend(content);
        let id = hex(&Sha1::digest(&object));
        let (folder, name) = id.split_at(2);
        let folder = self.git.join("objects").join(folder);
        std::fs::create_dir_all(&folder)?;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&object)?;
        std::fs::write(folder.join(name), packed.finish()?)?;
        Ok(id)
    }

    /// Writes the tree of these files, and the files.
    pub fn tree(&self, files: &Files) -> std::io::Result<String> {
        let mut entries: BTreeMap<Vec<u8>, (&str, &str, String)> = BTreeMap::new();
        let mut folders: BTreeMap<&str, Files> = BTreeMap::new();
        for (path, content) in files {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    folders.entry(folder).or_default().insert(rest.to_owned(), content.clone());
                }
                None => {
                    let id = self.add("blob", content.as_bytes())?;
                    entries.insert(path.clone().into_bytes(), ("100644", path, id));
                }
            }
        }
        for (name, files) in &folders {
            // Git sorts a folder as if its name ended with a slash.
            entries.insert(format!("{name}/").into_bytes(), ("40000", name, self.tree(files)?));
        }
        let mut tree = Vec::new();
        for (mode, name, id) in entries.into_values() {
            tree.extend(format!("{mode} {name}\0").into_bytes());
            tree.extend(bytes(&id));
        }
        self.add("tree", &tree)
    }

    /// Writes the index of these files, and the files.
    pub fn index(&self, files: &Files) -> std::io::Result<()> {
        let count = u32::try_from(files.len()).map_err(std::io::Error::other)?;
        let mut index = b"DIRC\0\0\0\x02".to_vec();
        index.extend(count.to_be_bytes());
        for (path, content) in files {
            let start = index.len();
            let id = self.add("blob", content.as_bytes())?;
            // Times, device, inode: unknown, so that git looks at the file itself.
            index.extend([0; 24]);
            index.extend(0o100_644_u32.to_be_bytes());
            index.extend([0; 12]);
            index.extend(bytes(&id));
            let len = u16::try_from(path.len().min(0xfff)).unwrap_or(0xfff);
            index.extend(len.to_be_bytes());
            index.extend(path.as_bytes());
            let padding = 8 - (index.len() - start) % 8;
            index.extend(std::iter::repeat_n(0, padding));
        }
        let sum = Sha1::digest(&index);
        index.extend(sum.as_slice());
        std::fs::write(self.git.join("index"), index)
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..hex.len()).step_by(2).filter_map(digit).collect()
}
