//! Detects the format of a text: by the file name where that is clear, otherwise by its content, and never against what
//! the user said.

use super::template::Fence;
use super::{Format, Options, RoleLabels, markdown, pasted};
use crate::conversation::Mode;

/// The format of a text that begins with `head`. In doubt a draft, because a reply that is read as a chat would not be
/// checked.
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
        // Nobody pastes a chat between fences, and looking for speakers in a whole collection takes time.
        _ if is_page(extension) && head.contains("\n```") && markdown::may_be_collection(head) => Format::Markdown,
        None if pasted::looks_pasted(head, is_page(extension), labels) => Format::Pasted,
        _ if is_page(extension) && markdown::may_be_collection(head) => Format::Markdown,
        Some(Mode::Template) => Format::Template,
        None => Format::Draft,
    }
}

fn is_named(extension: Option<&str>, names: &[&str]) -> bool {
    extension.is_some_and(|extension| names.iter().any(|name| extension.eq_ignore_ascii_case(name)))
}

/// Whether it is Markdown, by its file name.
pub(super) fn is_page(extension: Option<&str>) -> bool {
    is_named(extension, &["md", "markdown"])
}

/// Whether it is a sheet: by its file name, or by the format that was given for a text without one.
pub(super) fn is_sheet(extension: Option<&str>, options: &Options) -> bool {
    let by_map = options.map.as_ref().is_some_and(|map| map.is_sheet()) && extension.is_none();
    is_named(extension, &["csv", "tsv", "tab"]) || by_map
}

/// Whether this is JSONL, by the first bytes alone, so that the rest can be streamed.
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
    // A document laid out over several lines, not one record a line.
    if first.ends_with(b"{") || first.ends_with(b"[") || first.ends_with(b",") {
        return false;
    }
    let next = end.map_or(&b""[..], |end| text[end..].trim_ascii_start());
    !is_named(extension, &["json"]) || (first.ends_with(b"}") && next.starts_with(b"{"))
}

/// Whether this may be a JSON document, by its first bytes.
pub(super) fn may_be_json(extension: Option<&str>, head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    is_named(extension, &["json"]) || head.starts_with(b"{") || head.starts_with(b"[")
}

/// A JSON document: an array of objects, or an object laid out over several lines.
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
    fn exports_of_other_programs_are_chats() {
        for chat in [
            "2026/03/12（四）\n10:03\t小雨\t杯子碎了\n10:04\t小李\t抱歉",
            "Ann, [12.03.2026 10:03]\nThe cup broke\n\nLi, [12.03.2026 10:04]\nSorry",
            "Ann  10:03 AM\nThe cup broke\nLi  10:04 AM\nSorry",
            "**客户：**杯子碎了\n\n**客服：**抱歉",
            "【客户】杯子碎了\n【客服】抱歉",
            "Q: The cup broke\nA: Sorry\nQ: And now?\nA: A new one ships today",
            "问：杯子碎了\n答：抱歉\n问：然后呢\n答：今天补发",
        ] {
            assert_eq!(format("txt", chat, None), Format::Pasted, "{chat}");
            assert_eq!(format("txt", &format!("您好\n{chat}"), Some(Mode::Draft)), Format::Draft, "{chat}");
        }
        assert_eq!(format("md", "Q: a\nA: b\nQ: c\nA: d", None), Format::Draft, "a page of help");
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
            "Q: How long?\nA: Three days",
            "您好，常见问题：\n问：多久到\n答：三天\n问：运费\n答：包邮",
            "问：多久到\n答：三天\n答：运费包邮\n问：好",
            "运费说明：\n【买家】退回运费\n【卖家】补发运费",
            "【温馨提示】今天发货\n【客服】为您服务",
            "**温馨提示：**今天发货\n**客服电话：**4001234567",
            "门店时间：\n北京店  10:00\n东门\n上海店  11:00\n西门",
            "温馨提示：今天发货\n物流说明：三天到\n温馨提示：请签收\n物流说明：谢谢",
        ] {
            assert_eq!(format("txt", draft, None), Format::Draft, "{draft}");
        }
    }
}
