//! A source file as the checks see it: paths, macros and literals, without comments and tests.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A file of `src/`.
pub struct File {
    /// Path below `src/`.
    pub path: String,
    /// As written.
    pub text: String,
    /// Every path of two segments or more (`std::fs::File`) and every import, with `use` trees spread out, and its line.
    pub paths: Vec<(Vec<String>, usize)>,
    /// Imported names: the local name, and the path.
    pub imports: Vec<(String, Vec<String>)>,
    /// Names of the macros called.
    pub macros: Vec<(String, usize)>,
    /// Arguments of `wording!`: the sentence, the names of its values, and the line.
    pub wordings: Vec<(String, Vec<String>, usize)>,
    /// Every literal and name, as written.
    pub words: Vec<(String, usize)>,
}

impl File {
    /// Parses a file's text; tokens of test files are ignored.
    pub fn new(path: &str, text: &str) -> Self {
        let (path, text) = (path.to_owned(), text.to_owned());
        let (paths, imports, macros, wordings, words) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut file = Self { path, text, paths, imports, macros, wordings, words };
        if !file.path.ends_with("tests.rs") && !file.path.contains("/tests/") {
            let tokens = file.text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.path));
            file.walk(tokens, &file.module());
        }
        file
    }

    /// The room it belongs to; empty for `lib.rs` and `main.rs`.
    pub fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        if matches!(first, "lib.rs" | "main.rs") { "" } else { first.trim_end_matches(".rs") }
    }

    /// Its module path.
    pub fn module(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let mut parts: Vec<String> = stem.split('/').map(str::to_owned).collect();
        if parts.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
            parts.pop();
        }
        parts
    }

    fn walk(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if is_punct(Some(token), '#') {
                let bang = usize::from(is_punct(tokens.get(at + 1), '!'));
                if let Some(TokenTree::Group(group)) = tokens.get(at + 1 + bang) {
                    let attribute = group.stream().to_string().replace(' ', "");
                    at += 2 + bang;
                    if attribute.starts_with("cfg") && attribute.contains("test") && !attribute.contains("not(test") {
                        at = item_end(&tokens, at);
                    } else if !attribute.starts_with("doc") {
                        self.walk(group.stream(), module);
                    }
                    continue;
                }
            }
            let line = token.span().start().line;
            match token {
                TokenTree::Group(group) => {
                    let named = at.checked_sub(2).and_then(|at| tokens.get(at)).filter(|token| is_ident(token, "mod"));
                    let inner = named.and_then(|_| tokens.get(at - 1)).map(ToString::to_string);
                    let inner: Vec<String> = module.iter().cloned().chain(inner).collect();
                    self.walk(group.stream(), &inner);
                    at += 1;
                }
                TokenTree::Ident(name) => {
                    if is_punct(tokens.get(at + 1), '!') && !is_punct(tokens.get(at + 2), '=') {
                        self.macros.push((name.to_string(), line));
                        if name == "wording" {
                            self.wording(tokens.get(at + 2), line);
                        }
                    }
                    self.words.push((name.to_string(), line));
                    let before = at.checked_sub(1).map(|at| &tokens[at]);
                    let import = before.is_some_and(|token| is_ident(token, "use") || is_ident(token, "crate"));
                    at = self.path(&tokens, at, &[], module, import);
                }
                TokenTree::Literal(literal) => {
                    self.words.push((literal.to_string(), line));
                    at += 1;
                }
                TokenTree::Punct(_) => at += 1,
            }
        }
    }

    fn wording(&mut self, given: Option<&TokenTree>, line: usize) {
        let Some(TokenTree::Group(group)) = given else { return };
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let mut parts = tokens.split(|token| is_punct(Some(token), ','));
        let Some([TokenTree::Literal(sentence)]) = parts.next() else { return };
        let sentence = sentence.to_string();
        let sentence = sentence[1..sentence.len() - 1].replace("\\\"", "\"").replace("\\\\", "\\");
        let names = parts.filter_map(|part| part.first()).map(ToString::to_string).collect();
        self.wordings.push((sentence, names, line));
    }

    /// Reads the path that begins at `tokens[at]`, after the prefix `before`; returns where it ends.
    fn path(
        &mut self,
        tokens: &[TokenTree],
        mut at: usize,
        before: &[String],
        module: &[String],
        import: bool,
    ) -> usize {
        let line = tokens[at].span().start().line;
        let mut segments = before.to_vec();
        segments.push(tokens[at].to_string());
        at += 1;
        while is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':') {
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(name)) => {
                    self.words.push((name.to_string(), line));
                    segments.push(name.to_string());
                    at += 3;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for branch in inner.split(|token| is_punct(Some(token), ',')).filter(|branch| !branch.is_empty()) {
                        self.path(branch, 0, &segments, module, import);
                    }
                    return at + 3;
                }
                Some(token) if is_punct(Some(token), '*') => {
                    segments.push("*".to_owned());
                    at += 3;
                }
                // A turbofish.
                _ => {
                    at += 2;
                    break;
                }
            }
        }
        if import && segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let renamed = tokens.get(at).filter(|token| is_ident(token, "as")).and(tokens.get(at + 1));
        let name = renamed.map(ToString::to_string).or_else(|| segments.last().cloned());
        if segments.len() > 1 || import {
            let path = absolute(segments, module);
            self.imports.extend(name.filter(|_| import).map(|name| (name, path.clone())));
            self.paths.push((path, line));
        }
        at
    }
}

/// A path that begins with `self` or `super`, from the root of the crate.
fn absolute(segments: Vec<String>, module: &[String]) -> Vec<String> {
    let up = segments.iter().take_while(|segment| *segment == "super").count();
    let here = usize::from(segments[0] == "self");
    if up + here == 0 {
        return segments;
    }
    let kept = module.len().saturating_sub(up);
    let rest = segments.into_iter().skip(up + here);
    std::iter::once("crate".to_owned()).chain(module[..kept].iter().cloned()).chain(rest).collect()
}

/// The end of the item that begins at `at`: after its braces or its semicolon.
fn item_end(tokens: &[TokenTree], at: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_punct(Some(token), ';'),
    };
    tokens[at..].iter().position(ends).map_or(tokens.len(), |length| at + length + 1)
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_ident(token: &TokenTree, wanted: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == wanted)
}
