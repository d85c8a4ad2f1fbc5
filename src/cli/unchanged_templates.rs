//! The unchanged rest of a repository, with which a run over changes still compares its templates.

use super::args::Check;
use super::asked::{Asked, Gathered, Listed, Source};
use super::cache_key::Names;
use super::cached_file;
use super::compare_templates::Together;
use super::context::Contexts;
use super::git::Changes;
use super::inputs;
use super::terminal::Terminal;
use crate::cue::Scratch;
use crate::judge::is_compared;
use crate::pool;
use crate::source::Diagnostic;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Compares the changed workbooks and finds the unchanged files; does nothing in a full run.
///
/// # Errors
/// When git cannot provide them.
pub(super) fn of(
    check: &Check,
    changes: Option<&mut Changes>,
    changed: &[Source],
    asked: &mut Asked,
    contexts: &mut Contexts,
    terminal: &Terminal,
) -> Result<Vec<Source>, Box<Diagnostic>> {
    let Some(changes) = changes.filter(|_| !changed.is_empty()) else { return Ok(Vec::new()) };
    changes.look_into(changed, terminal.ui)?;
    gather(check, changes, changed, asked, contexts, terminal)
}

/// The unchanged files of the folders that were named; for a file that was named by itself, those of the outermost
/// folder of its repository that it lies in.
///
/// # Errors
/// When git cannot provide them.
fn gather(
    check: &Check,
    changes: &Changes,
    changed: &[Source],
    asked: &mut Asked,
    contexts: &mut Contexts,
    terminal: &Terminal,
) -> Result<Vec<Source>, Box<Diagnostic>> {
    // No rule compares templates, or nothing is there that could be compared.
    if !changed.iter().any(|source| is_compared(&source.context.rulebook, &source.options)) {
        return Ok(Vec::new());
    }
    let (all, mut texts) = changes.all(check.staged, terminal.ui)?;
    let unchanged = || all.iter().map(PathBuf::as_path).filter(|path| changes.of(path).is_none());
    let (found, _) = inputs::changed(&folders(&check.given.inputs, changes), &unchanged(), terminal.ui);
    let listed: Listed = (found, Vec::new(), None);
    // `each` does not change digests; without it, the cache keys are those of a full run.
    let each = std::mem::replace(&mut asked.each, false);
    let gathered = asked.gather_from(listed, &check.given, contexts, terminal, |_| Ok(()));
    asked.each = each;
    // Mistakes in unchanged files are left to a full run.
    let Gathered { mut sources, .. } = gathered?;
    let here = std::env::current_dir().unwrap_or_default();
    for source in &mut sources {
        let text = source.input.path().and_then(|path| texts.remove(&inputs::plain(&here.join(path))));
        source.bytes = text.map(Into::into);
    }
    let same = |source: &Source| changed.iter().any(|one| std::sync::Arc::ptr_eq(&one.context, &source.context));
    sources.retain(same);
    Ok(sources)
}

/// Adds the digests of these files.
pub(super) fn add<'a>(sources: &'a [Source], asked: &'a Asked, threads: usize, together: &mut Together<'a>) {
    let mut names = asked.cache.as_ref().map(|_| Names::new(asked));
    let work = sources.iter().map(|source| (source, names.as_mut().and_then(|names| names.of(source))));
    let digests = |scratch: &mut Scratch, (source, namer)| cached_file::beside(source, namer, asked, scratch);
    let all = pool::ordered(threads, work, Scratch::default, digests, |mut done| {
        together.add_old(&mut done);
        Ok::<(), std::convert::Infallible>(())
    });
    match all {
        Ok(()) => {}
    }
}

/// Where to look for unchanged files: folders and patterns as they were named.
fn folders(named: &[PathBuf], changes: &Changes) -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for path in named {
        let absolute = inputs::plain(&here.join(path));
        let pattern = path.to_string_lossy().contains(['*', '?', '[', '{']) && path.symlink_metadata().is_err();
        let root = changes.root_of(&absolute).filter(|_| !pattern && !absolute.is_dir());
        let outermost = root.and_then(|root| {
            let below = absolute.strip_prefix(root).ok()?.parent()?;
            Some(below.components().next().map_or_else(|| root.to_path_buf(), |first| root.join(first)))
        });
        folders.insert(outermost.map_or_else(|| path.clone(), |folder| from(&here, &folder)));
    }
    folders.into_iter().collect()
}

/// A folder's path relative to `here`.
fn from(here: &Path, folder: &Path) -> PathBuf {
    if let Ok(below) = folder.strip_prefix(here) {
        return if below.as_os_str().is_empty() { PathBuf::from(".") } else { below.to_path_buf() };
    }
    let common = here.ancestors().find(|above| folder.starts_with(above)).unwrap_or(here);
    let (Ok(up), Ok(down)) = (here.strip_prefix(common), folder.strip_prefix(common)) else {
        return folder.to_path_buf();
    };
    up.components().map(|_| "..").collect::<PathBuf>().join(down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_from_here() {
        for (here, folder, named) in
            [("/r", "/r/t", "t"), ("/r/t", "/r/t", "."), ("/r/t/a", "/r/t", "../"), ("/r/x", "/r/t/a", "../t/a")]
        {
            assert_eq!(from(Path::new(here), Path::new(folder)), Path::new(named), "{here} {folder}");
        }
    }
}
