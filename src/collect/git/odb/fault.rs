//! Why an object, or a whole repository, can't be read. Words for the reader, never content.

use gix::hash::ObjectId;

/// The object database can't be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum OdbError {
    #[error("its object database can't be read: {0}")]
    Unreadable(String),
}

/// What was not read, or not fully searched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectGap {
    /// Of an object. It stands in no text but that of a commit or a tag.
    pub id: Option<ObjectId>,
    /// The file, and where in it.
    pub place: String,
    pub why: String,
    /// The object was read whole, and only not fully searched: it will be so each time.
    pub is_partial: bool,
}

impl ObjectGap {
    /// Of a file of the database.
    pub fn of_file(text: String) -> Self {
        Self { id: None, place: String::new(), why: text, is_partial: false }
    }

    pub fn of_object(id: Option<ObjectId>, place: &str, why: String) -> Self {
        Self { id, place: place.to_owned(), why, is_partial: false }
    }
}

impl std::fmt::Display for ObjectGap {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let between = if self.place.is_empty() { "" } else { ": " };
        write!(out, "{}{between}{}", self.place, self.why)
    }
}

/// What is wrong with one object, or with the file that holds it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{0}")]
    Inflate(sirocco::inflate::Error),
    #[error("its header says {stated} bytes, and it has {found}")]
    Length { stated: u64, found: u64 },
    #[error("it claims {size} bytes, and at most {limit} are held at once")]
    TooLarge { size: u64, limit: u64 },
    #[error("its header is cut off or malformed")]
    Header,
    #[error("its delta is malformed: {0}")]
    Delta(&'static str),
    /// By no id: whoever has the id of a blob can try values until one fits.
    #[error("the object that it is a delta on is not here")]
    NoBase,
    #[error("no object begins at offset {0}, where its base should be")]
    NoBaseAt(u64),
    #[error("its chain of deltas leads back to itself")]
    Cycle,
    #[error("its bytes are not those that the index vouches for")]
    Checksum,
    #[error("its content is not that of its id")]
    Id,
    #[error("{0} bytes after it belong to no object of the index")]
    Unlisted(u64),
    #[error("it is a tree, and its entries are malformed")]
    Tree,
    #[error("{0}")]
    Io(String),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}
