//! Web and e-mail addresses in folded text, including bare domains.

use crate::source::Span;
use memchr::{memchr_iter, memchr2, memchr2_iter};

/// The kind of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// A page.
    Web,
    /// A mailbox.
    Email,
}

/// Top-level domains that make a bare name an address. Those that are also words need a scheme, `www.` or a path.
const ENDINGS: &[&str] = &[
    "com", "cn", "net", "org", "edu", "gov", "top", "cc", "tt", "vip", "xyz", "shop", "io", "tv", "tw", "hk", "mo",
    "info", "biz", "app", "club", "site", "online", "ltd", "store", "tech", "ly", "gl", "gg", "dev", "jp", "kr", "uk",
    "eu", "sg", "wang", "ink", "work", "link", "live", "mobi", "asia", "ren", "pub", "fun", "icu",
];

/// Every address in `text`, in order. Masked mailboxes (`a***@b.com`) do not count.
pub fn find(text: &str) -> Vec<(Span, Address)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut done = 0;
    for at in memchr2_iter(b'.', b':', bytes) {
        if at < done {
            continue;
        }
        if bytes[at] == b':' {
            if bytes[at..].starts_with(b"://") {
                let start = at - bytes[done..at].iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
                let end = page_end(text, at + 3);
                if start < at && end > at + 3 {
                    found.push((Span::new(start, end), Address::Web));
                    done = end;
                }
            }
            continue;
        }
        let start = at - bytes[done..at].iter().rev().take_while(|&&byte| is_host(byte)).count();
        let end = at + bytes[at..].iter().take_while(|&&byte| is_host(byte)).count();
        done = end;
        let host = text[start..end].trim_end_matches(['.', '-']);
        if !is_domain(host) {
            continue;
        }
        let host_end = start + host.len();
        if start > 0 && bytes[start - 1] == b'@' {
            let floor = found.last().map_or(0, |(span, _): &(Span, Address)| span.end);
            let local = bytes[floor..start - 1].iter().rev().take(65).take_while(|&&byte| is_local(byte)).count();
            let masked = bytes[..start - 1 - local].ends_with(b"*");
            // A full stop before the mailbox ends the sentence before it.
            let local = &bytes[start - 1 - local..start - 1];
            let stops = local.iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
            let local = local.len() - stops;
            let first = start - 1 - local;
            if local > 0 && local <= 64 && !masked {
                found.push((Span::new(first, host_end), Address::Email));
            }
            continue;
        }
        let slash =
            bytes.get(host_end) == Some(&b'/') && bytes.get(host_end + 1).is_some_and(u8::is_ascii_alphanumeric);
        let ending = host.rsplit('.').next().unwrap_or_default();
        // A later @ means that this was the start of a mailbox: `first.last@b.com`.
        if bytes.get(host_end) != Some(&b'@') && (host.starts_with("www.") || slash || ENDINGS.contains(&ending)) {
            let end = page_end(text, host_end);
            found.push((Span::new(start, end), Address::Web));
            done = end;
        } else if bytes.get(host_end) == Some(&b'@') {
            done = host_end;
        }
    }
    found
}

/// Whether `find` could find anything: a cheap check.
pub fn possible(text: &str) -> bool {
    memchr2(b'.', b':', text.as_bytes()).is_some()
}

/// The end of an address whose host ends at `at`: its path and query, without the punctuation of the sentence.
fn page_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    if at > 0 && !text[..at].ends_with("//") && !rest.starts_with(['/', ':', '?', '#']) {
        return at;
    }
    let stop =
        |character: char| !character.is_ascii_graphic() || matches!(character, ',' | '<' | '>' | '"' | '`' | '{' | '}');
    let page = &rest.as_bytes()[..rest.find(stop).unwrap_or(rest.len())];
    let count = |wanted: u8| memchr_iter(wanted, page).count();
    let (open, mut close, mut end) = (count(b'('), count(b')'), page.len());
    while let Some(last) = end.checked_sub(1).map(|last| page[last]) {
        match last {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'[' | b']' | b'*' => {}
            b')' if close > open => close -= 1,
            _ => break,
        }
        end -= 1;
    }
    at + end
}

/// Whether it has at least two labels, none empty or too long, the last only of letters.
fn is_domain(host: &str) -> bool {
    let mut labels = host.split('.');
    let ending = labels.next_back().unwrap_or_default();
    let named = labels.clone().next().is_some() && labels.all(|label| (1..=63).contains(&label.len()));
    named && (2..=24).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|(span, _)| span.of(text)).collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        assert_eq!(found("点https://a.cn/b?c=1查看,或t.tt/x。"), ["https://a.cn/b?c=1", "t.tt/x"]);
        assert_eq!(found("回复.ann@b.com,http://a.cn/,http://b.cn/"), ["ann@b.com", "http://a.cn/", "http://b.cn/"]);
        assert_eq!(
            found("see (www.x.com/a_(b)), or http://localhost:8080/."),
            ["www.x.com/a_(b)", "http://localhost:8080/"]
        );
        assert_eq!(found("t.tt 和 v.qq.com很好"), ["t.tt", "v.qq.com"]);
        assert_eq!(found("first.last+x@mail.example.com.cn,谢谢"), ["first.last+x@mail.example.com.cn"]);
        assert_eq!(find("qq123@qq.com")[0].1, Address::Email);
        assert_eq!(found("http://a.cn/first.last@b.com"), ["http://a.cn/first.last@b.com"]);
    }

    #[test]
    fn sentences_and_numbers_are_no_addresses() {
        for fine in [
            "e.g. this",
            "3.5元",
            "v1.2.3",
            "ok.thanks",
            "please refund.it is late",
            "...",
            "a***@qq.com",
            "a***.b@qq.com",
            "10:03",
            "a.b@",
            "://",
            "readme.md",
        ] {
            assert_eq!(found(fine), [""; 0], "{fine}");
        }
    }
}
