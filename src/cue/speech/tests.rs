//! The cleaned text of calls, and its places in the transcript.

use super::SpeechWords;

fn words() -> SpeechWords {
    SpeechWords::from_toml(include_str!("../../../rules/language/speech.toml")).unwrap()
}

/// The cleaned text, with `|` where clauses and `‖` where sentences are divided.
fn heard(text: &str) -> String {
    let (layer, cuts) = words().hear(text, &|_, _| false);
    let mut out = String::new();
    for (at, character) in layer.text.char_indices() {
        if cuts.sentences.contains(&at) {
            out.push('‖');
        } else if cuts.clauses.contains(&at) {
            out.push('|');
        }
        out.push(character);
    }
    out
}

#[test]
fn pauses_and_fillers_are_passed_over() {
    let mut wrong = Vec::new();
    for (said, wanted) in [
        // With cues, the scanner knows that 尽快 is one word.
        ("我们会尽_快给您回复", "我们会尽|快给您回复"),
        ("我们会尽嗯快给您呃回复", "我们会尽|快给您回复"),
        ("我們會，嗯，盡那個快", "我們會盡|快"),
        ("我们 会 尽快 给 您 回复", "我们会尽快|给您回复"),
        ("金额不对 额 我查一下", "金额不对|我查一下"),
        ("好的我来查__请您别挂", "好的我来查‖请您别挂"),
        ("we will uh, get back _ to you", "we will |get back |to you"),
        ("we_will um call", "we will |call"),
        ("the number is like twelve", "the number is like twelve"),
        ("嗯", "嗯"),
        ("_ uh _", "_ uh _"),
    ] {
        wrong.extend((heard(said) != wanted).then(|| (heard(said), wanted)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_filler_inside_a_known_word_stays() {
    let text = "有什么办法啊嗯再说";
    let (layer, _) = words().hear(text, &|filler, _| filler == (15..18));
    assert_eq!(layer.text, "有什么办法啊再说");
}

#[test]
fn numbers_are_read_as_they_are_spoken() {
    for (said, wanted) in [
        ("幺三八零零一三八零零零", "13800138000"),
        ("我的手机是一三八 嗯 零零幺三 八零零零一共十一位", "我的手机是13800138000一共十一位"),
        ("號碼是 1 3 8 0 0 1 3 8 0 0 0", "號碼是 13800138000"),
        ("138_0013_那个_8000", "13800138000"),
        ("one three eight double oh one three uh eight triple oh please", "13800138000 please"),
        ("一一零一零五一九四九一二三一零零二叉", "11010519491231002x"),
    ] {
        assert_eq!(heard(said).replace('|', ""), wanted, "{said}");
    }
    for other in ["一二三四五六七八九十", "二零二六年三月五号下午三点", "一个一个一个一个一个来", "1234567 7654321"]
    {
        assert_eq!(heard(other), other);
    }
}

#[test]
fn places_lead_back_to_the_words() {
    let text = "打 one three eight double oh one three uh eight triple oh 吧";
    let layer = words().figures(text).unwrap();
    let at = layer.text.find("13800138000").unwrap();
    let (start, end) = (layer.start(at), layer.end(at + 11, text));
    assert_eq!(&text[start..end], "one three eight double oh one three uh eight triple oh");
    let text = "尽_啊_快";
    let (layer, _) = words().hear(text, &|_, _| false);
    assert_eq!((layer.text.as_str(), layer.start(0), layer.end(6, text)), ("尽快", 0, text.len()));
}

#[test]
fn hostile_speech_takes_no_time() {
    for text in
        ["嗯".repeat(20_000), "一 ".repeat(20_000), "额 ".repeat(20_000), "_".repeat(20_000), "o h ".repeat(20_000)]
    {
        let (layer, _) = words().hear(&text, &|_, _| false);
        assert!(layer.text.len() <= text.len());
    }
}

#[test]
fn ids_are_left_to_the_ordinary_recognisers() {
    for id in ["stc3-zh-3881182817204656-4", "jddc-d447b3fe5bb27f3d808135ea", "gov-2557-0", "A-13800138000", ""] {
        assert!(words().figures(id).is_none(), "{id}");
    }
    for read in
        ["1-3-8-0-0-1-3-8-0-0-0", "o-o-one-three-eight-double oh-one-three-eight-triple oh", "one-3-8-0-0-1-3-8-0-0-0"]
    {
        assert!(words().figures(read).is_some(), "{read}");
    }
}
