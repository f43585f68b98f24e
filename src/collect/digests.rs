//! The digests of a run's files: what a seal is made over.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::file::{Kind, Root, unreadable};
use crate::text::{hex, printable_path};

/// Every file of a directory and its SHA-256, as 64 hexadecimal digits.
///
/// # Errors
/// Whatever is not a regular file that can be read whole and unchanged, with the reason: a seal over a part
/// would say more than it knows. So would one in which one name stands for two files.
pub fn of(directory: &Path) -> Result<BTreeMap<String, String>, Vec<String>> {
    let root = Root::open(directory).map_err(|error| vec![unreadable(&error)])?;
    let walked = root.walk();
    let (mut digests, mut unread) = (BTreeMap::new(), Vec::new());
    for entry in &walked.entries {
        let name = printable_path(&entry.path);
        let digest = match &entry.kind {
            Kind::File => digest(&root, &entry.path),
            Kind::Link(_) => {
                Err("is a symbolic link: it is not followed, so it can't be sealed".to_owned())
            }
            Kind::Special(why) => Err((*why).to_owned()),
            Kind::Refused(why) => Err(why.clone()),
        };
        match digest {
            Ok(digest) => match digests.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(digest);
                }
                Entry::Occupied(taken) => {
                    unread.push(format!("{} is the name of two files", taken.key()));
                }
            },
            Err(why) => unread.push(format!("{name} {why}")),
        }
    }
    unread.extend(
        root.changed_folders(&walked)
            .map(|folder| format!("{} changed while it was read", printable_path(folder))),
    );
    if unread.is_empty() { Ok(digests) } else { Err(unread) }
}

fn digest(root: &Root, path: &Path) -> Result<String, String> {
    let mut file = root.file(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).map_err(|error| unreadable(&error))?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
    }
    match file.unchanged() {
        Ok(true) => Ok(hex(&hash.finalize())),
        Ok(false) => Err("changed while it was read".to_owned()),
        Err(error) => Err(unreadable(&error)),
    }
}
