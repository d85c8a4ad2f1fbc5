//! Which format a text is in: by what it looks like, less by its file's name, and never against the user's word.

use super::{Format, RoleLabels, pasted};
use crate::conversation::Mode;

/// The format of a text that begins with `head`. Unsure means draft: a reply read as a chat would go unchecked.
pub fn guess(extension: Option<&str>, head: &str, kind: Option<Mode>, labels: &RoleLabels) -> Format {
    match kind {
        _ if is_json_lines(extension, head.as_bytes(), kind) => Format::Jsonl,
        Some(Mode::Template) => Format::Template,
        Some(Mode::Transcript) => Format::Pasted,
        None if has_front_matter(head) => Format::Template,
        None if pasted::looks_pasted(head, labels) => Format::Pasted,
        Some(Mode::Draft) | None => Format::Draft,
    }
}

/// Whether this is JSONL, told from the first bytes alone so that the rest can be streamed.
pub(super) fn is_json_lines(extension: Option<&str>, head: &[u8], kind: Option<Mode>) -> bool {
    let named = |name: &str| extension.is_some_and(|extension| extension.eq_ignore_ascii_case(name));
    if named("jsonl") || named("ndjson") {
        return true;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let object = text.strip_prefix(b"{").is_some_and(|inside| inside.trim_ascii_start().starts_with(b"\""));
    object && matches!(kind, None | Some(Mode::Transcript))
}

/// Whether the first line is the opening of front matter.
pub(super) fn has_front_matter(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.trim_end() == "+++")
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
