//! What an audit writes: part files that grow beside the results, a journal of their valid lengths, and one last step
//! that publishes all results at once.

use super::sources::Position;
use super::written::Written;
use crate::audit::ConversationResult;
use crate::cli::write;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Files that grow.
const PARTS: [&str; 4] = ["conversations.jsonl", "findings.jsonl", "rejects.jsonl", "review.csv"];
/// Where they grow, inside the folder of the results.
const WORKSHOP: &str = ".unfinished";
const JOURNAL: &str = "journal.json";

/// Which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Conversations = 0,
    Findings = 1,
    Rejects = 2,
    Review = 3,
}

/// The journal: how far the parts are valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Journal {
    /// Key of inputs, rules and options: an audit with another key cannot resume this one.
    pub key: String,
    /// Everything before it is in the parts.
    pub position: Position,
    /// Valid bytes of each part.
    lengths: [u64; 4],
    /// Rows so far.
    pub counts: Counts,
}

/// Counts so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Conversations.
    pub conversations: u64,
    /// Rows that could not be read.
    pub rejected: u64,
}

/// The folder of one audit.
pub struct Store {
    folder: PathBuf,
    parts: [BufWriter<File>; 4],
    lengths: [u64; 4],
}

impl Store {
    /// Begins anew.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let workshop = folder.join(WORKSHOP);
        if workshop.symlink_metadata().is_ok() {
            // Never through a link to somewhere else.
            fs::remove_dir_all(&workshop)?;
        }
        fs::create_dir_all(&workshop)?;
        let open = |name: &str| File::create_new(workshop.join(name)).map(writer);
        let parts = [open(PARTS[0])?, open(PARTS[1])?, open(PARTS[2])?, open(PARTS[3])?];
        Ok(Self { folder: folder.to_path_buf(), parts, lengths: [0; 4] })
    }

    /// Resumes from a stopped audit's journal, or says why it cannot. Bytes written after the last checkpoint are cut
    /// off; `seen` gets every row that is kept.
    pub fn resume(
        folder: &Path,
        key: &str,
        seen: &mut dyn FnMut(ConversationResult),
    ) -> io::Result<Result<(Self, Journal), NoJournal>> {
        let workshop = folder.join(WORKSHOP);
        let journal = match fs::read(workshop.join(JOURNAL)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Err(NoJournal::None)),
            Err(error) => return Err(error),
        };
        let Ok(journal) = serde_json::from_slice::<Journal>(&journal) else { return Ok(Err(NoJournal::None)) };
        if journal.key != key {
            return Ok(Err(NoJournal::Other));
        }
        let open = |part: usize| {
            let mut file = OpenOptions::new().read(true).write(true).open(workshop.join(PARTS[part]))?;
            if file.metadata()?.len() < journal.lengths[part] {
                return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{} is cut off", PARTS[part])));
            }
            file.set_len(journal.lengths[part])?;
            file.seek(SeekFrom::End(0))?;
            Ok(writer(file))
        };
        let parts = match (|| Ok::<_, io::Error>([open(0)?, open(1)?, open(2)?, open(3)?]))() {
            Ok(parts) => parts,
            // It was stopped while the results moved to their places.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Err(NoJournal::None)),
            Err(error) => return Err(error),
        };
        rows(&workshop.join(PARTS[0]), &mut |row| {
            seen(row);
            Ok(())
        })?;
        Ok(Ok((Self { folder: folder.to_path_buf(), parts, lengths: journal.lengths }, journal)))
    }

    /// Adds whole lines to a part.
    pub fn write(&mut self, part: Part, lines: &[u8]) -> io::Result<()> {
        self.lengths[part as usize] += lines.len() as u64;
        let written = self.parts[part as usize].write_all(lines);
        written.map_err(|error| write::at(&self.folder.join(PARTS[part as usize]), error))
    }

    /// Makes everything so far durable, so that a resumed audit finds it.
    pub fn checkpoint(&mut self, key: &str, position: Position, counts: Counts) -> io::Result<()> {
        self.sync()?;
        let journal = Journal { key: key.to_owned(), position, lengths: self.lengths, counts };
        let bytes = serde_json::to_vec(&journal)?;
        write::create(&self.folder.join(WORKSHOP).join(JOURNAL), &bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        for (part, name) in self.parts.iter_mut().zip(PARTS) {
            let synced = part.flush().and_then(|()| part.get_ref().sync_data());
            synced.map_err(|error| write::at(&self.folder.join(name), error))?;
        }
        Ok(())
    }

    /// The file with the rows so far.
    pub fn rows(&mut self) -> io::Result<PathBuf> {
        self.parts[0].flush().map_err(|error| write::at(&self.folder.join(PARTS[0]), error))?;
        Ok(self.folder.join(WORKSHOP).join(PARTS[0]))
    }

    /// A further file, published with the others.
    pub fn further(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(self.folder.join(WORKSHOP).join(name))?;
        file.write_all(bytes).map_err(|error| write::at(&self.folder.join(name), error))
    }

    /// Moves the parts and these further files to their places. The last one vouches for all: it exists only if
    /// everything does. Files of an earlier audit are deleted, unless these are the same rows (`same`).
    pub fn finish(mut self, further: &[&str], same: bool) -> io::Result<()> {
        self.sync()?;
        let workshop = self.folder.join(WORKSHOP);
        let names: Vec<&str> = PARTS.into_iter().chain(further.iter().copied()).collect();
        let mut written = Written::read(&self.folder)?;
        // An older summary must not vouch for newer rows.
        if let Some(name) = further.last() {
            write::remove(&self.folder.join(name))?;
        }
        for name in further {
            File::open(workshop.join(name))?.sync_data()?;
        }
        for name in &names {
            written.add(name)?;
        }
        if !same {
            written.keep(&names)?;
        }
        for name in names {
            fs::rename(workshop.join(name), self.folder.join(name))?;
        }
        written.sheet("review.csv")?;
        written.tidy()?;
        fs::remove_dir_all(&workshop)?;
        // The renames are durable only once the folder is synced; where it cannot be opened, nothing more can be done.
        if let Ok(folder) = File::open(&self.folder) {
            folder.sync_all().ok();
        }
        Ok(())
    }
}

/// Why an audit cannot be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoJournal {
    /// No audit was stopped here.
    None,
    /// The stopped audit had other inputs, rules or options.
    Other,
}

fn writer(file: File) -> BufWriter<File> {
    BufWriter::with_capacity(1 << 18, file)
}

/// Reads rows back.
pub fn rows(path: &Path, seen: &mut dyn FnMut(ConversationResult) -> io::Result<()>) -> io::Result<()> {
    rows_where(path, &|_| true, seen)
}

/// Reads those rows back whose numbers are wanted: a row's number is its place in the file.
pub fn rows_where(
    path: &Path,
    wanted: &dyn Fn(u64) -> bool,
    seen: &mut dyn FnMut(ConversationResult) -> io::Result<()>,
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path)?);
    let mut line = Vec::new();
    let mut number = 0;
    while reader.read_until(b'\n', &mut line)? > 0 {
        if wanted(number) {
            seen(serde_json::from_slice(&line)?)?;
        }
        line.clear();
        number += 1;
    }
    Ok(())
}
