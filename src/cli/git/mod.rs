//! What git reports as changed: lines that are new or touched, and texts that are staged. Never uses a shell.

mod cells;
mod changed;
mod patch;
mod program;

use super::args::Check;
use super::asked::{Listed, Source};
use super::inputs::{self, Input, plain};
use crate::report::{ChangeKind, ChangedFile, Ui};
use cells::Cells;
use changed::Changed;
use patch::{Entry, entry, new_lines, path, unquoted};
use program::{Trouble, blobs, fork, one_line, run};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// What to compare with: a revision, or the last commit for what is staged.
#[derive(Clone, Debug)]
pub enum Since {
    /// Since the branch left this revision, the work tree's own changes and new files included.
    Revision(String),
    /// What the next commit would hold.
    Staged,
}

/// The changed files, by their absolute paths.
#[derive(Debug, Default)]
pub struct Changes {
    files: BTreeMap<PathBuf, Changed>,
    roots: Vec<PathBuf>,
    /// What happened to each file, deleted ones included.
    moves: Vec<Move>,
}

/// Files, and the texts of some of them, by their absolute paths.
pub type Listing = (Vec<PathBuf>, HashMap<PathBuf, Vec<u8>>);

/// What happened to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub kind: ChangeKind,
    /// Its absolute path.
    pub path: PathBuf,
    /// The path that it had before.
    pub former: Option<PathBuf>,
}

impl Changes {
    /// What was asked for by `--since` or `--staged`, if anything.
    ///
    /// # Errors
    /// See [`Changes::find`].
    pub fn asked(check: &Check, ui: Ui) -> Result<Option<Self>, Trouble> {
        let since = match &check.since {
            Some(revision) => Since::Revision(revision.clone()),
            None if check.staged => Since::Staged,
            None => return Ok(None),
        };
        let here = std::env::current_dir().unwrap_or_default();
        let folder = |path: &PathBuf| {
            let path = plain(&here.join(path));
            // A pattern, or a file that is only in the index: the nearest folder that is there.
            path.ancestors().find(|path| path.is_dir()).map_or_else(|| here.clone(), Path::to_path_buf)
        };
        let folders: Vec<PathBuf> = check.given.inputs.iter().map(folder).collect();
        Self::find(&since, &folders, ui).map(Some)
    }

    /// The named inputs among the files that changed, and the staged texts if those are asked for.
    ///
    /// # Errors
    /// When git cannot provide them.
    pub fn listed(&self, check: &Check, ui: Ui) -> Result<Listed, Trouble> {
        let (inputs, missing) = inputs::changed(&check.given.inputs, &self.paths(), ui);
        let texts = if check.staged { Some(self.staged(&inputs, ui)?) } else { None };
        Ok((inputs, missing, texts))
    }

    /// The changes in the repositories that hold `folders` (of all files that were named).
    ///
    /// # Errors
    /// No git, no repository, no such revision.
    pub fn find(since: &Since, folders: &[PathBuf], ui: Ui) -> Result<Self, Trouble> {
        let mut changes = Self::default();
        for folder in folders {
            // A folder below a known root belongs to that repository, unless it is in one of its own.
            let own = |root: &PathBuf| {
                folder.ancestors().take_while(|above| above != root).any(|above| above.join(".git").exists())
            };
            if changes.roots.iter().any(|root| folder.starts_with(root) && !own(root)) {
                continue;
            }
            let root = one_line(&run(folder, &["rev-parse", "--show-toplevel"], ui)?);
            let root = folder_of(folder, Path::new(&root));
            if !changes.roots.contains(&root) {
                changes.add(since, &root, ui)?;
                changes.roots.push(root);
            }
        }
        Ok(changes)
    }

    fn add(&mut self, since: &Since, root: &Path, ui: Ui) -> Result<(), Trouble> {
        // Compare every file as text and run no external program, whatever its attributes say.
        let mut arguments = vec![
            "-c",
            "core.quotePath=false",
            "diff",
            "--raw",
            "--patch",
            "--no-abbrev",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--text",
            "--find-renames",
            "--ignore-submodules=all",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            "--irreversible-delete",
        ];
        let base;
        match since {
            Since::Staged => arguments.push("--cached"),
            Since::Revision(revision) => {
                base = one_line(&fork(root, revision, ui)?);
                arguments.push(&base);
            }
        }
        arguments.push("--");
        let said = run(root, &arguments, ui)?;
        self.read(&said, root);
        if matches!(since, Since::Revision(_)) {
            let new = run(root, &["ls-files", "--others", "--exclude-standard", "-z"], ui)?;
            for name in new.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
                let path = root.join(path(name));
                self.moves.push(Move { kind: ChangeKind::Added, path: path.clone(), former: None });
                self.files.insert(path, Changed::whole());
            }
        }
        Ok(())
    }

    /// Reads what `git diff --raw --patch --unified=0` has written.
    fn read(&mut self, said: &[u8], root: &Path) {
        let mut current: Option<PathBuf> = None;
        let mut in_header = false;
        for line in said.split(|&byte| byte == b'\n') {
            if let Some(raw) = line.strip_prefix(b":") {
                if let Some(entry) = entry(raw) {
                    self.note(entry, root);
                }
            } else if line.starts_with(b"diff --git ") {
                (current, in_header) = (None, true);
            } else if let (true, Some(name)) = (in_header, line.strip_prefix(b"+++ ")) {
                // A name with blanks in it has a TAB behind it.
                let name = unquoted(name.strip_suffix(b"\t").unwrap_or(name));
                current = name.strip_prefix(b"b/").map(|name| root.join(path(name)));
            } else if let Some(hunk) = line.strip_prefix(b"@@ ") {
                in_header = false;
                let changed = current.as_ref().map(|path| self.files.entry(path.clone()).or_default());
                if let (Some(changed), Some((start, count))) = (changed, new_lines(hunk)) {
                    if count == 0 {
                        changed.cuts.push(start);
                    } else {
                        changed.stretches.push((start, start.saturating_add(count - 1)));
                    }
                }
            }
        }
    }

    fn note(&mut self, entry: Entry, root: &Path) {
        let path = root.join(&entry.path);
        let kind = match entry.letter {
            b'A' => ChangeKind::Added,
            b'D' => ChangeKind::Deleted,
            b'R' => ChangeKind::Renamed,
            _ => ChangeKind::Changed,
        };
        if kind != ChangeKind::Deleted {
            let changed = self.files.entry(path.clone()).or_default();
            changed.blob = Some(entry.after);
            changed.former = Some(entry.before).filter(|_| kind != ChangeKind::Added);
        }
        let former = entry.former.filter(|_| kind == ChangeKind::Renamed).map(|former| root.join(former));
        self.moves.push(Move { kind, path, former });
    }

    /// What changed in the file at `path`, which is absolute; `None`: nothing.
    pub fn of(&self, path: &Path) -> Option<&Changed> {
        self.files.get(path)
    }

    /// Like [`of`](Self::of), for a path as it is shown.
    pub fn of_shown(&self, path: &str) -> Option<&Changed> {
        self.of(&plain(&std::path::absolute(path).ok()?))
    }

    /// The changed files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Path> + Clone {
        self.files.keys().map(PathBuf::as_path)
    }

    /// The staged texts of these inputs, by their paths as given.
    ///
    /// # Errors
    /// When git cannot provide them.
    pub fn staged(&self, inputs: &[Input], ui: Ui) -> Result<HashMap<PathBuf, Vec<u8>>, Trouble> {
        let here = std::env::current_dir().unwrap_or_default();
        let wanted = inputs.iter().filter_map(Input::path).filter_map(|path| {
            let absolute = plain(&here.join(path));
            Some((path.to_path_buf(), absolute.clone(), self.files.get(&absolute)?.blob.clone()?))
        });
        self.texts(wanted, ui)
    }

    /// Blobs by hash, each wanted for a path as given and known by its absolute path.
    fn texts(
        &self,
        wanted: impl Iterator<Item = (PathBuf, PathBuf, String)>,
        ui: Ui,
    ) -> Result<HashMap<PathBuf, Vec<u8>>, Trouble> {
        let mut texts = HashMap::new();
        let mut by_root: BTreeMap<&Path, Vec<(PathBuf, String)>> = BTreeMap::new();
        for (path, absolute, blob) in wanted {
            let Some(root) = self.root_of(&absolute) else { continue };
            by_root.entry(root).or_default().push((path, blob));
        }
        for (root, wanted) in by_root {
            texts.extend(blobs(root, wanted, ui)?);
        }
        Ok(texts)
    }

    /// The repository that holds this absolute path.
    pub fn root_of(&self, path: &Path) -> Option<&Path> {
        let above = self.roots.iter().filter(|root| path.starts_with(root));
        above.max_by_key(|root| root.as_os_str().len()).map(PathBuf::as_path)
    }

    /// What happened to the named files, each once, by path.
    pub fn moves(&self, named: &[PathBuf], ui: Ui) -> Vec<ChangedFile> {
        let here = std::env::current_dir().unwrap_or_default();
        let moves: BTreeMap<&Path, &Move> = self.moves.iter().map(|one| (one.path.as_path(), one)).collect();
        let shown = |path: &Path| path.strip_prefix(&here).unwrap_or(path).display().to_string();
        let (inputs, _) = inputs::changed(named, &moves.keys().copied(), ui);
        let files = inputs.iter().filter_map(Input::path).filter_map(|path| {
            let one = moves.get(&*plain(&here.join(path)))?;
            let former = one.former.as_deref().map(shown);
            Some(ChangedFile { kind: one.kind, path: path.display().to_string(), former })
        });
        files.collect()
    }

    /// The files of the last commit or the index below these folders, by absolute path; for the index, also the texts
    /// that differ from the work tree.
    ///
    /// # Errors
    /// When git does not list them.
    pub fn all(&self, staged: bool, ui: Ui) -> Result<Listing, Trouble> {
        let (mut all, mut texts) = (Vec::new(), HashMap::new());
        for root in &self.roots {
            let said = run(root, &["ls-files", "--cached", "-z"], ui)?;
            let names = said.split(|&byte| byte == 0).filter(|name| !name.is_empty());
            all.extend(names.map(|name| root.join(path(name))));
            if staged {
                let said = run(root, &["-c", "core.quotePath=false", "diff-files", "--raw", "--no-abbrev"], ui)?;
                let entries = said.split(|&byte| byte == b'\n').filter_map(|line| entry(line.strip_prefix(b":")?));
                let wanted = entries.map(|entry| (root.join(entry.path), entry.before)).collect();
                texts.extend(blobs(root, wanted, ui)?);
            }
        }
        Ok((all, texts))
    }

    /// Compares the changed workbooks among `sources` with their previous versions: a template that only moved is
    /// unchanged.
    ///
    /// # Errors
    /// When git cannot provide their previous versions.
    pub fn look_into(&mut self, sources: &[Source], ui: Ui) -> Result<(), Trouble> {
        let here = std::env::current_dir().unwrap_or_default();
        let books = sources.iter().filter_map(|source| {
            let path = source.input.path().filter(|path| cells::is_book(path))?;
            let absolute = plain(&here.join(path));
            let former = self.files.get(&absolute)?.former.clone()?;
            Some((source, absolute, former))
        });
        let books: Vec<_> = books.collect();
        let wanted = books.iter().map(|(_, path, former)| (path.clone(), path.clone(), former.clone()));
        let mut before = self.texts(wanted, ui)?;
        for (source, path, _) in books {
            if let (Some(before), Some(changed)) = (before.remove(&path), self.files.get_mut(&path)) {
                changed.cells = Cells::compare(&before, source, &path);
            }
        }
        Ok(())
    }
}

/// The repository's root as the beginning of `folder`'s own path: git resolves links on the way, people do not.
fn folder_of(folder: &Path, root: &Path) -> PathBuf {
    let Ok(real) = root.canonicalize() else { return root.to_path_buf() };
    let same = |above: &&Path| above.canonicalize().is_ok_and(|above| above == real);
    folder.ancestors().find(same).unwrap_or(root).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_is_read() {
        let said = "\
:100644 100644 aaaa bbbb M\tt/\u{9000}\u{6b3e}.md\n\
:100644 100644 aaaa cccc R090\told name.md\t\"new\\t\\\"\\303\\251\\\".md\"\n\
:100644 000000 aaaa 0000 D\tgone.md\n\
\n\
diff --git a/t/x b/t/x\n--- a/t/\u{9000}\u{6b3e}.md\n+++ b/t/\u{9000}\u{6b3e}.md\n\
@@ -2 +2 @@ head @@ -1 +9 @@\n-old\n+++ b/other.md\n@@ -4,2 +4,0 @@\n-@@ -1 +50 @@\n-b\n@@ -9,0 +8,3 @@\n+a\n+b\n+c\n\
diff --git a/x b/x\nsimilarity index 90%\n--- a/old name.md\t\n+++ \"b/new\\t\\\"\\303\\251\\\".md\"\n@@ -1 +1 @@\n-a\n+b\n\
diff --git a/x b/x\n--- a/x y.md\t\n+++ b/x y.md\t\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n";
        let mut changes = Changes::default();
        changes.read(said.as_bytes(), Path::new("/r"));
        let first = changes.of(Path::new("/r/t/\u{9000}\u{6b3e}.md")).unwrap();
        let blob = Some("bbbb".to_owned());
        let former = Some("aaaa".to_owned());
        assert_eq!(
            *first,
            Changed { stretches: vec![(2, 2), (8, 10)], cuts: vec![4], blob, former, ..Changed::default() }
        );
        let renamed = changes.of(Path::new("/r/new\t\"\u{e9}\".md")).unwrap();
        assert_eq!((&renamed.stretches[..], renamed.blob.as_deref()), (&[(1, 1)][..], Some("cccc")));
        assert!(changes.of(Path::new("/r/x y.md")).is_some());
        assert_eq!(changes.paths().count(), 3, "{changes:?}");
        let moves = [
            (ChangeKind::Changed, "/r/t/\u{9000}\u{6b3e}.md", None),
            (ChangeKind::Renamed, "/r/new\t\"\u{e9}\".md", Some("/r/old name.md")),
            (ChangeKind::Deleted, "/r/gone.md", None),
        ];
        let said: Vec<_> =
            changes.moves.iter().map(|one| (one.kind, one.path.to_str().unwrap(), one.former.as_deref())).collect();
        assert_eq!(said, moves.map(|(kind, path, former)| (kind, path, former.map(Path::new))));
    }

    #[test]
    fn lines_and_texts_are_touched() {
        let changed = Changed { stretches: vec![(2, 2), (8, 10)], cuts: vec![4, 0], ..Changed::default() };
        for (first, last, lines, text) in [
            (1, 1, false, true),
            (2, 3, true, true),
            (3, 4, false, true),
            (5, 7, false, true),
            (6, 7, false, false),
            (9, 9, true, true),
            (11, 20, false, false),
        ] {
            assert_eq!(
                (changed.touches(first, last), changed.touches_text(first, last)),
                (lines, text),
                "{first}-{last}"
            );
        }
        assert!(Changed::whole().touches(77, 77));
    }
}
