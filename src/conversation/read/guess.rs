//! Which format a text is in: by its file's name where that leaves no doubt, by what it looks like, and never against the user's word.

use super::template::Fence;
use super::{Format, Options, RoleLabels, markdown, pasted};
use crate::conversation::Mode;

/// The format of a text that begins with `head`. Unsure means draft: a reply read as a chat would go unchecked.
pub fn guess(extension: Option<&str>, head: &str, kind: Option<Mode>, labels: &RoleLabels) -> Format {
    let named = |names: &[&str]| is_named(extension, names);
    let structured = kind != Some(Mode::Transcript);
    match kind {
        _ if is_json_lines(extension, head.as_bytes(), kind) => Format::Jsonl,
        _ if named(&["json"]) || (looks_like_json(head) && kind != Some(Mode::Draft)) => Format::Json,
        _ if structured && named(&["yaml", "yml"]) => Format::Yaml,
        _ if structured && named(&["toml"]) => Format::Toml,
        _ if structured && named(&["html", "htm"]) => Format::Html,
        Some(Mode::Transcript) => Format::Pasted,
        Some(Mode::Draft) => Format::Draft,
        _ if Fence::of(head).is_some() => Format::Template,
        // Nobody pastes a chat between fences; to look for speakers in a whole collection takes its time.
        _ if named(&["md", "markdown"]) && head.contains("\n```") && markdown::may_be_collection(head) => {
            Format::Markdown
        }
        None if pasted::looks_pasted(head, labels) => Format::Pasted,
        _ if named(&["md", "markdown"]) && markdown::may_be_collection(head) => Format::Markdown,
        Some(Mode::Template) => Format::Template,
        None => Format::Draft,
    }
}

fn is_named(extension: Option<&str>, names: &[&str]) -> bool {
    extension.is_some_and(|extension| names.iter().any(|name| extension.eq_ignore_ascii_case(name)))
}

/// Whether the text is a sheet: by its file's name, or by the format that was named for a text without one.
pub(super) fn is_sheet(extension: Option<&str>, options: &Options) -> bool {
    let by_map = options.map.as_ref().is_some_and(|map| map.is_sheet()) && extension.is_none();
    is_named(extension, &["csv", "tsv", "tab"]) || by_map
}

/// Whether this is JSONL, told from the first bytes alone so that the rest can be streamed.
pub(super) fn is_json_lines(extension: Option<&str>, head: &[u8], kind: Option<Mode>) -> bool {
    if is_named(extension, &["jsonl", "ndjson"]) {
        return true;
    }
    if is_named(extension, &["yaml", "yml", "toml", "csv", "tsv", "html", "htm"]) {
        return false;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let object = text.strip_prefix(b"{").is_some_and(|inside| inside.trim_ascii_start().starts_with(b"\""));
    if !object || !matches!(kind, None | Some(Mode::Transcript)) {
        return false;
    }
    let end = memchr::memchr(b'\n', text);
    let first = text[..end.unwrap_or(text.len())].trim_ascii_end();
    // A document that is laid out over lines opens on one and goes on on the next.
    if first.ends_with(b"{") || first.ends_with(b"[") || first.ends_with(b",") {
        return false;
    }
    let next = end.map_or(&b""[..], |end| text[end..].trim_ascii_start());
    !is_named(extension, &["json"]) || (first.ends_with(b"}") && next.starts_with(b"{"))
}

/// A document of JSON: an array of objects, or an object that is laid out over lines.
fn looks_like_json(head: &str) -> bool {
    let inside = |open: char| head.trim_start().strip_prefix(open).map(str::trim_start);
    inside('[').is_some_and(|rest| rest.starts_with('{')) || inside('{').is_some_and(|rest| rest.starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(extension: &str, head: &str, kind: Option<Mode>) -> Format {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        guess(Some(extension), head, kind, &labels)
    }

    #[test]
    fn a_format_is_told_by_its_looks() {
        assert_eq!(format("txt", "{\"id\": 1}", None), Format::Jsonl);
        assert_eq!(format("jsonl", "", None), Format::Jsonl);
        assert_eq!(format("txt", "{{name}}，您好", None), Format::Draft);
        assert_eq!(format("md", "+++\r\nscenario = \"x\"\r\n+++\r\n您好", None), Format::Template);
        assert_eq!(format("txt", "客户：在吗\n客服：在的", None), Format::Pasted);
        assert_eq!(format("txt", "客户：在吗\n客服：在的", Some(Mode::Draft)), Format::Draft);
        assert_eq!(format("txt", "您好", Some(Mode::Transcript)), Format::Pasted);
    }

    #[test]
    fn documents_are_told_from_lines() {
        assert_eq!(format("json", "{\"turns\": []}\n", None), Format::Json);
        assert_eq!(format("json", "{\"turns\": []}\n{\"turns\": []}\n", None), Format::Jsonl);
        assert_eq!(format("txt", "{\n  \"macros\": [\n", None), Format::Json);
        assert_eq!(format("txt", "[{\"turns\": []}]", None), Format::Json);
        assert_eq!(format("txt", "[微笑]您好", None), Format::Draft);
        assert_eq!(format("yml", "- text: 您好", None), Format::Yaml);
        assert_eq!(format("md", "# 一\n```\n您好\n```", None), Format::Markdown);
        assert_eq!(format("md", "---\nowner: a\n---\n您好", None), Format::Template);
        assert_eq!(format("md", "您好\n---\n客服", None), Format::Draft);
    }

    #[test]
    fn a_draft_with_colons_and_times_stays_a_draft() {
        for draft in [
            "您好：\n请问有什么可以帮您？",
            "温馨提示：今天发货\n客服电话：4001234567",
            "尊敬的客户：\n您好！\n客服小王：敬上",
            "营业时间\n周一至周五 9:00-18:00\n周六 10:00-16:00",
            "北京店 10:00\n上海店 11:00",
            "您好，我已查到：\n订单号：12345\n预计 18:00 前送达",
            "Dear customer:\nPlease note: we open at 9:00.\nAgent hours: 9:00",
        ] {
            assert_eq!(format("txt", draft, None), Format::Draft, "{draft}");
        }
    }
}
