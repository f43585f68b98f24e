//! What was not read, and how much was.

/// Something that could not be read, parsed, finished or judged. With a gap nothing is proven.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Relative to the audited root.
    pub path: String,
    pub surface: Option<String>,
    /// The reason, in words for the reader, with a line or an offset where there is one.
    pub why: String,
    /// Its bytes were searched for the value all the same: what they say is not known.
    pub is_searched: bool,
}

impl Gap {
    pub fn new(path: impl Into<String>, surface: Option<&str>, why: impl Into<String>) -> Self {
        let surface = surface.map(str::to_owned);
        Self { path: path.into(), surface, why: why.into(), is_searched: false }
    }
}

/// How much was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Read {
    pub files: u64,
    pub bytes: u64,
    /// Objects of git repositories.
    pub objects: u64,
    pub documents: u64,
    pub runs: u64,
}

impl std::ops::AddAssign for Read {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.objects += other.objects;
        self.documents += other.documents;
        self.runs += other.runs;
    }
}
