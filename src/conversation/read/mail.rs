//! A draft of a mail: separates the agent's words from the header and from quotations.

use super::RoleLabels;
use super::roles::{MailWords, fold};
use crate::conversation::Role;
use crate::source::Span;

/// Longest line that is examined, in bytes: the line above a quotation has a date and an address.
const LONGEST: usize = 400;
/// Most lines of a mail header. A longer one is none, so that the search from every line stays bounded.
const HEAD: usize = 40;
/// Most lines over which the line above a quotation may be wrapped.
const WRAPPED: usize = 3;

/// The parts of a mail.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mail {
    /// The agent's words.
    pub(super) own: Vec<Span>,
    /// Quotations that are clearly the customer's.
    pub(super) quoted: Vec<String>,
}

struct Line<'a> {
    span: Span,
    /// The trimmed text.
    text: &'a str,
}

struct Reader<'a> {
    lines: Vec<Line<'a>>,
    labels: &'a RoleLabels,
    words: &'a MailWords,
    mail: Mail,
}

/// Splits a draft; `None` if all of `text` is the agent's. In a `page` of Markdown, lines with `>` belong to the page,
/// unless a line above them names an author.
pub(super) fn read(text: &str, page: bool, labels: &RoleLabels) -> Option<Mail> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        at += line.len();
        Line { span: Span::new(at - line.len(), at), text: line.trim() }
    });
    let mut reader = Reader { lines: lines.collect(), labels, words: &labels.mail, mail: Mail::default() };
    let first = reader.skip_head();
    let own = reader.walk(first, page);
    let said = own.iter().any(|&line| !reader.lines[line].text.is_empty());
    if !said || own.len() == reader.lines.len() {
        return None;
    }
    for line in own {
        let span = reader.lines[line].span;
        match reader.mail.own.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => reader.mail.own.push(span),
        }
    }
    reader.mail.own = trimmed(text, &reader.mail.own);
    Some(reader.mail)
}

impl Reader<'_> {
    /// The first line after the mail's own header.
    fn skip_head(&self) -> usize {
        let first = self.lines.iter().position(|line| !line.text.is_empty()).unwrap_or(0);
        let end = self.end_of_head(first);
        if self.is_of_mail(first..end) { end } else { 0 }
    }

    /// The agent's lines from `first` on.
    fn walk(&mut self, first: usize, page: bool) -> Vec<usize> {
        let (mut own, mut at, mut said) = (Vec::new(), first, false);
        while at < self.lines.len() {
            if said && self.opens_mail(at) {
                self.quote_mail(at);
                break;
            }
            let behind = self.attribution(at).map(|lines| at + lines);
            let quoted = behind.map(|behind| self.skip_blank(behind)).filter(|&line| depth(self.text(line)) > 0);
            if let (Some(behind), Some(line)) = (behind, quoted) {
                let end = self.end_of_quotation(line);
                if !self.is_ours(at..behind) {
                    self.quote(line..end);
                }
                at = end;
            } else if let Some(behind) = behind.filter(|&behind| said && self.has_clock(at..behind)) {
                if !self.is_ours(at..behind) {
                    self.quote(behind..self.lines.len());
                }
                break;
            } else if said && !page && depth(self.text(at)) > 0 {
                let end = self.end_of_quotation(at);
                if self.is_quotation(at..end) {
                    self.quote(at..end);
                } else {
                    own.extend(at..end);
                }
                at = end;
            } else {
                said |= !self.text(at).is_empty();
                own.push(at);
                at += 1;
            }
        }
        own
    }

    fn text(&self, line: usize) -> &str {
        self.lines.get(line).map_or("", |line| line.text)
    }

    fn skip_blank(&self, mut line: usize) -> usize {
        while line < self.lines.len() && self.text(line).is_empty() {
            line += 1;
        }
        line
    }

    /// The value of a header line, and whether it is the sender's.
    fn header<'a>(&self, line: &'a str) -> Option<(&'a str, bool)> {
        let end = (0..=LONGEST.min(line.len())).rev().find(|&end| line.is_char_boundary(end)).unwrap_or(0);
        let plain = line[..end].trim_start_matches('*');
        let (name, value) = plain.split_once([':', '\u{ff1a}'])?;
        let name = fold(name.trim_end_matches('*'));
        let sender = self.words.sender.contains(&name);
        (sender || self.words.headers.contains(&name)).then_some((value, sender))
    }

    fn is_sender(&self, line: &str) -> bool {
        self.header(line).is_some_and(|(_, sender)| sender)
    }

    /// The first line after the header that begins at `line`.
    fn end_of_head(&self, line: usize) -> usize {
        let most = self.lines.len().min(line + HEAD);
        (line..most).find(|&line| self.header(self.text(line)).is_none()).unwrap_or(most)
    }

    /// Whether these lines are a mail header; a parcel, too, has a sender and a recipient.
    fn is_of_mail(&self, head: std::ops::Range<usize>) -> bool {
        let named = |line: &Line<'_>| {
            let name = line.text.trim_start_matches('*').split([':', '\u{ff1a}']).next().unwrap_or_default();
            name.len() <= LONGEST && self.words.only.contains(&fold(name.trim_end_matches('*')))
        };
        let head = &self.lines[head];
        let sent = head.iter().any(|line| self.is_sender(line.text));
        head.iter().any(|line| line.text.contains('@')) || sent && head.iter().any(named)
    }

    /// Whether a quoted mail begins here: dashes around certain words, or a mail header.
    fn opens_mail(&self, line: usize) -> bool {
        let text = self.text(line);
        if self.is_sender(text) {
            return self.opens_head(line);
        }
        let bare = text.trim_matches(['-', '_', '=', '*', '\u{2014}', ' ', ':', '\u{ff1a}']);
        if text.is_empty() || text.len() > LONGEST {
            return false;
        }
        let below = || self.header(self.text(self.skip_blank(line + 1))).is_some();
        if bare.is_empty() {
            // A line across the page, as Outlook draws it.
            return text.starts_with('_') && self.opens_head(self.skip_blank(line + 1));
        }
        let dashes = text.starts_with("--") && text.ends_with("--");
        self.words.separators.contains(&fold(bare)) && (dashes || below())
    }

    fn opens_head(&self, line: usize) -> bool {
        let end = self.end_of_head(line);
        self.is_sender(self.text(line)) && end > line + 1 && self.is_of_mail(line..end)
    }

    /// The number of lines of the line above a quotation (“On … wrote:”), if it begins here.
    fn attribution(&self, line: usize) -> Option<usize> {
        let mut joined = String::new();
        for count in 1..=WRAPPED {
            let text = self.text(line + count - 1);
            if text.is_empty() || joined.len() + text.len() > LONGEST {
                return None;
            }
            joined.push_str(&fold(text));
            let told = joined.strip_suffix(':').is_some_and(|told| {
                let fits =
                    |(begin, end): &(String, String)| told.starts_with(begin.as_str()) && told.ends_with(end.as_str());
                let (dated, mailbox) = (told.bytes().any(|byte| byte.is_ascii_digit()), told.contains('@'));
                self.words.attributions.iter().any(fits) && (dated || mailbox)
            });
            if told {
                return Some(count);
            }
            // Continue only if it begins like one.
            let begins = |(begin, _): &(String, String)| !begin.is_empty() && joined.starts_with(begin.as_str());
            if !self.words.attributions.iter().any(begins) {
                return None;
            }
            joined.push(' ');
        }
        None
    }

    /// Whether a line above a quotation has a time of day, as mail programs write it.
    fn has_clock(&self, lines: std::ops::Range<usize>) -> bool {
        lines.into_iter().any(|line| {
            let text = self.text(line).as_bytes();
            text.windows(4)
                .any(|at| at[0].is_ascii_digit() && at[1] == b':' && at[2].is_ascii_digit() && at[3].is_ascii_digit())
        })
    }

    /// Whether these lines name an agent; then the quotation is not the customer's.
    fn is_ours(&self, lines: std::ops::Range<usize>) -> bool {
        lines.into_iter().any(|line| {
            let text = self.header(self.text(line)).map_or(self.text(line), |(value, _)| value);
            let name = text.split('<').next().unwrap_or_default();
            let name = name.rsplit(|next: char| next.is_ascii_digit()).next().unwrap_or_default();
            let mailbox = text.split_once('@').and_then(|(local, _)| local.rsplit(['<', ' ', ':', '\u{ff1a}']).next());
            let ours = |name: &str| matches!(self.labels.role_of_name(name), Some(Role::Agent | Role::Bot));
            ours(name.trim()) || mailbox.is_some_and(ours)
        })
    }

    /// Whether these lines with `>` quote somebody, rather than being arrows before one's own words.
    fn is_quotation(&self, lines: std::ops::Range<usize>) -> bool {
        lines.into_iter().any(|line| depth(self.text(line)) == 1)
    }

    /// The first line after the `>` lines that begin at `line`; blank lines between them are included.
    fn end_of_quotation(&self, line: usize) -> usize {
        let mut end = line;
        loop {
            while depth(self.text(end)) > 0 {
                end += 1;
            }
            let next = self.skip_blank(end);
            if depth(self.text(next)) == 0 {
                return end;
            }
            end = next;
        }
    }

    /// Adds a quoted mail, up to what it quotes itself, if the customer wrote it.
    fn quote_mail(&mut self, line: usize) {
        let from = if self.header(self.text(line)).is_some() { line } else { self.skip_blank(line + 1) };
        let text = self.end_of_head(from);
        let next = |line: &usize| self.opens_mail(*line) || self.attribution(*line).is_some();
        let end = (text..self.lines.len()).find(next).unwrap_or(self.lines.len());
        if !self.is_ours(from..text) {
            self.quote(text..end);
        }
    }

    fn quote(&mut self, lines: std::ops::Range<usize>) {
        let said = lines.map(|line| self.text(line)).filter(|text| depth(text) <= 1);
        let said = said.map(|text| if depth(text) == 1 { text[1..].trim_start() } else { text }).collect::<Vec<_>>();
        let said = said.join("\n").trim().to_owned();
        if !said.is_empty() {
            self.mail.quoted.push(said);
        }
    }
}

/// The depth of a quotation. Mail programs write a space after their marks; `>100` is none.
fn depth(line: &str) -> usize {
    let rest = line.trim_start_matches(['>', ' ']);
    let marks = &line[..line.len() - rest.len()];
    if rest.is_empty() || marks.ends_with(' ') { marks.matches('>').count() } else { 0 }
}

/// The spans without leading and trailing blank lines.
fn trimmed(text: &str, spans: &[Span]) -> Vec<Span> {
    let filled = spans.iter().filter(|span| !span.of(text).trim().is_empty());
    let mut kept = filled.copied().collect::<Vec<_>>();
    if let Some(first) = kept.first_mut() {
        let said = first.of(text);
        let blank = said.len() - said.trim_start().len();
        first.start += said[..blank].rfind('\n').map_or(0, |line_break| line_break + 1);
    }
    if let Some(last) = kept.last_mut() {
        last.end = last.start + last.of(text).trim_end_matches(['\n', '\r', ' ', '\t']).len();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, page: bool) -> Option<(Vec<&str>, Vec<String>)> {
        let labels = RoleLabels::from_toml(include_str!("../../../rules/language/roles.toml")).unwrap();
        let mail = read(text, page, &labels)?;
        Some((mail.own.iter().map(|span| span.of(text)).collect(), mail.quoted))
    }

    #[test]
    fn what_was_quoted_is_not_the_agents() {
        for (text, own, quoted) in [
            ("Sorry.\r\n\r\n> It broke.\r\n>\r\n> Now!\r\n", "Sorry.", "It broke.\n\nNow!"),
            ("Sorry.\n\n> It broke.\n\n> Now!\n>> We are here.\n", "Sorry.", "It broke.\n\nNow!"),
            ("Sorry.\n\nOn Thu, 12 Mar 2026 at 9:00 AM Ann <a@b.c>\nwrote:\n\n> It broke.\n", "Sorry.", "It broke."),
            ("Sorry.\n\nOn Thu, Mar 12, 2026 at 9:00 AM Ann wrote:\nIt broke.\nNow!", "Sorry.", "It broke.\nNow!"),
            ("抱歉。\n\n在 2026年3月12日，10:03，小雨 <a@b.c> 写道：\n\n碎了", "抱歉。", "碎了"),
            ("抱歉。\n-----Original Message-----\nFrom: Ann\nSent: today\n\nIt broke.", "抱歉。", "It broke."),
            (
                "抱歉。\n------------------ 原始邮件 ------------------\n发件人：\"小雨\"\n主题：杯子\n\n碎了",
                "抱歉。",
                "碎了",
            ),
            ("Sorry.\n\n________________________________\nFrom: Ann\nSubject: cup\n\nIt broke.", "Sorry.", "It broke."),
            ("抱歉。\n\n发件人：小雨\n发送时间：2026年3月12日\n主题：杯子\n\n碎了", "抱歉。", "碎了"),
            ("Sorry.\n\nFrom: Support <help@acme.com>\nSent: today\n\nHello.", "Sorry.", ""),
            ("From: support@acme.com\nTo: ann@b.c\nSubject: cup\n\nSorry.", "Sorry.", ""),
            ("From: support@acme.com\nSorry.", "Sorry.", ""),
            ("发件人：客服部\n收件人：小雨\n主题：杯子\n\n抱歉。", "抱歉。", ""),
        ] {
            let (found, said) = parts(text, false).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found, said.join("|").as_str()), (vec![own], quoted), "{text}");
        }
    }

    #[test]
    fn what_stands_between_quotations_is_the_agents() {
        let text = "Sorry.\n> It broke.\nA new one ships.\n\n> And the plate?\nIt ships, too.\n";
        let (own, quoted) = parts(text, false).unwrap();
        assert_eq!(own, ["Sorry.\n", "A new one ships.\n\n", "It ships, too."]);
        assert_eq!(quoted, ["It broke.", "And the plate?"]);
        let above = "On 12 March 2026 at 9:00 Ann wrote:\n> It broke.\n\nSorry.\n";
        assert_eq!(parts(above, false), Some((vec!["Sorry."], vec!["It broke.".to_owned()])));
    }

    #[test]
    fn ones_own_words_stay() {
        for text in [
            "Sorry.",
            "> It broke.",
            "> Note: today only.\nSorry.",
            "满\n>100元包邮",
            "请点击：\n>> https://a.b/c",
            "主题：您的订单\n您好",
            "寄件人：客服部\n收件人：小雨\n\n已经寄出。",
            "From: 10:00\nTo: 18:00",
            "您在3月12日写道：\n“碎了”",
            "您好\n----\n客服小李",
            "From: support@acme.com\n\n",
        ] {
            // Two header lines with nothing below: the whole text is examined.
            assert_eq!(parts(text, false), None, "{text}");
        }
        assert_eq!(parts("Hello.\n\n> Please note: today only.\n", true), None, "a page's own");
    }
}
