//! A page of Markdown and its fenced blocks.

use std::path::{Path, PathBuf};

/// A page.
pub struct Page {
    pub path: PathBuf,
    pub text: String,
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// The words after the opening fence.
    pub info: &'a str,
    /// Line of the opening fence, from 1.
    pub line: usize,
    /// Its lines, without the fence's indentation.
    pub lines: Vec<&'a str>,
    /// Its indentation.
    pub indent: &'a str,
}

impl Page {
    /// Reads a page; `None` if it does not exist.
    pub fn read(path: &Path) -> Option<Self> {
        Some(Self { path: path.to_owned(), text: std::fs::read_to_string(path).ok()? })
    }

    /// Whether it is written in Chinese.
    pub fn is_chinese(&self) -> bool {
        let parts = self.path.components().filter_map(|part| part.as_os_str().to_str());
        parts.flat_map(|part| part.split('.')).any(|part| part.starts_with("zh"))
    }

    /// Its fenced blocks, in order.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut open: Option<&str> = None;
        for (number, line) in self.text.lines().enumerate() {
            let bare = line.trim_start();
            let indent = &line[..line.len() - bare.len()];
            match open {
                Some(fence) if bare.trim_end() == fence => open = None,
                Some(_) => {
                    if let Some(block) = blocks.last_mut() {
                        block.lines.push(line.strip_prefix(block.indent).unwrap_or(bare));
                    }
                }
                None => {
                    let ticks = bare.len() - bare.trim_start_matches('`').len();
                    if ticks >= 3 {
                        open = Some(&bare[..ticks]);
                        let info = bare[ticks..].trim();
                        blocks.push(Block { info, line: number + 1, lines: Vec::new(), indent });
                    }
                }
            }
        }
        blocks
    }
}

#[test]
fn blocks_are_found() {
    let text = "a\n```console\n$ b\n```\n- c\n  ````toml pack\n  ```\n  d\n  ````\n".to_owned();
    let page = Page { path: "docs/zh/a.md".into(), text };
    let expected = [
        Block { info: "console", line: 2, lines: vec!["$ b"], indent: "" },
        Block { info: "toml pack", line: 6, lines: vec!["```", "d"], indent: "  " },
    ];
    assert_eq!(page.blocks(), expected);
    assert!(page.is_chinese());
    assert!(!Page { path: "docs/a.md".into(), text: String::new() }.is_chinese());
}
