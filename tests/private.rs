//! Audits and related commands reveal nothing private, and masking never merges two people.

mod support;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use support::Place;

const SOON: &str = "我们会尽快给您回复。";

/// A conversation of two messages on a day.
fn chat(about: Value, day: u8, reply: &str) -> String {
    let mut record = about;
    record["turns"] = json!([
        { "role": "customer", "text": "收到的杯子碎了", "time": format!("2026-03-0{day} 09:00:00") },
        { "role": "agent", "text": reply, "time": format!("2026-03-0{day} 09:00:30") },
    ]);
    format!("{record}\n")
}

fn lines(text: impl AsRef<[u8]>) -> Vec<Value> {
    std::str::from_utf8(text.as_ref()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn each<'v>(rows: &'v [Value], field: &str) -> Vec<&'v str> {
    rows.iter().map(|row| row[field].as_str().unwrap_or_default()).collect()
}

fn json_of(place: &Place, name: &str) -> Value {
    serde_json::from_slice(&place.read(name)).unwrap()
}

/// The data of a page.
fn data(place: &Place, name: &str) -> Value {
    let page = String::from_utf8(place.read(name)).unwrap();
    let start = page.find("id=\"data\">").unwrap() + 10;
    serde_json::from_str(&page[start..start + page[start..].find("</script>").unwrap()]).unwrap()
}

/// All text of a file; a workbook's parts are unpacked.
fn said(place: &Place, name: &str) -> String {
    #[cfg(feature = "xlsx")]
    if Path::new(name).extension().is_some_and(|kind| kind == "xlsx") {
        use calamine::{Reader, Xlsx};
        let mut book: Xlsx<_> = calamine::open_workbook(place.path(name)).unwrap();
        let sheets = book
            .worksheets()
            .into_iter()
            .flat_map(|(_, sheet)| sheet.cells().map(|(_, _, cell)| format!("{cell}\n")).collect::<Vec<_>>());
        return sheets.collect();
    }
    String::from_utf8_lossy(&place.read(name)).into_owned()
}

/// Whether one of these occurs in a file below `out`, or in a file's name.
#[track_caller]
fn nowhere(place: &Place, secrets: &[&str]) {
    for file in place.files().iter().filter(|file| file.starts_with("out/")) {
        let text = said(place, file);
        for secret in secrets {
            assert!(!text.contains(secret) && !file.contains(secret), "{secret} in {file}");
        }
    }
}

#[test]
fn two_people_stay_two_where_their_names_look_the_same() {
    let place = Place::empty();
    let agents = ["13811115678", "13822225678", "13811115678", "138****5678", "ann@shop.com", "amy@shop.com"];
    let log = agents.iter().zip(0..).map(|(agent, number)| {
        let customer = ["13911110000", "13922220000"][number / 3];
        chat(json!({ "id": format!("1370000{number}123"), "agent": agent, "customer": customer }), 2, SOON)
    });
    place.write("log.jsonl", log.collect::<String>());
    place.write("replylint.toml", "[audit]\nnewcomers = [\"13822225678\"]\n");
    let arguments =
        ["audit", "log.jsonl", "-o", "out", "--promises", "--as-of", "2026-04-01", "--sample", "must:9", "-q"];
    place.run(arguments).code(0);
    let shown = ["138****5678", "138****5678#2", "138****5678", "138****5678#3", "a**@****.***", "a**@****.***#2"];
    let rows = lines(place.read("out/conversations.jsonl"));
    let real_mail = each(&rows, "agent")[4].to_owned();
    let wanted: Vec<String> = shown.iter().map(|name| name.replace("a**@****.***", &real_mail)).collect();
    assert_eq!(each(&rows, "agent"), wanted);
    // Every other output agrees.
    let mut found = lines(place.read("out/findings.jsonl"));
    found.retain(|found| found["rule"] == "promise/vague-promise");
    assert_eq!(each(&found, "agent"), wanted);
    assert_eq!(each(&lines(place.read("out/promises.jsonl")), "agent"), wanted);
    let alone = place.run(["promises", "log.jsonl", "--as-of", "2026-04-01"]).code(0);
    assert_eq!(each(&lines(&alone.stdout), "agent"), wanted);
    // Five people: five pages, five rows; six conversations, none of them twice.
    let summary = json_of(&place, "out/summary.json");
    let cases: Vec<u64> =
        summary["agents"].as_array().unwrap().iter().map(|agent| agent["cases"].as_u64().unwrap()).collect();
    assert_eq!((cases.len(), cases.iter().sum::<u64>(), summary["input"]["repeatedIds"].as_u64()), (5, 6, Some(0)));
    let pages = place.files().into_iter().filter(|file| {
        file.starts_with("out/agents/") && Path::new(file).extension().is_some_and(|kind| kind == "html")
    });
    assert_eq!(pages.count(), 5);
    assert_eq!(each(&rows, "conversation").into_iter().collect::<BTreeSet<_>>().len(), 6);
    // Newcomers are matched by their real names, and a repeated contact is the same person.
    let drawn = json_of(&place, "out/sample.json");
    let because = |reason: &str| {
        let drawn = drawn["drawn"].as_array().unwrap().iter();
        let drawn = drawn.filter(|one| one["reasons"].as_array().unwrap().contains(&json!(reason)));
        drawn.map(|one| one["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(because("must:newcomer"), [1]);
    assert_eq!(because("must:repeat-contact"), [1, 2, 4, 5]);
    nowhere(&place, &["13811115678", "13822225678", "ann@", "amy@", "13911110000", "13922220000", "13700001123"]);
    place.run(["audit", "log.jsonl", "-o", "open", "--show-pii", "-q"]).code(0);
    assert_eq!(each(&lines(place.read("open/conversations.jsonl")), "agent"), agents);
}

/// An account of a messenger and a postal address name a person as surely as a telephone number.
#[test]
fn accounts_and_addresses_are_hidden_everywhere() {
    let place = Place::empty();
    let private = "您加我微信abc123456，尽快给您寄到上海市浦东新区世纪大道1088号3栋502室，或忠孝東路四段77巷18號6樓";
    let about = json!({ "id": "a", "agent": "林", "customer": "k" });
    place.write("log.jsonl", chat(about, 2, private));
    let run = ["audit", "log.jsonl", "-q", "--promises", "--as-of", "2026-03-03", "-o"];
    place.run(run.iter().chain(&["out"])).code(0);
    nowhere(&place, &["abc123456", "世纪大道", "1088", "502室", "忠孝東", "77巷"]);
    let page = said(&place, "out/report.html");
    assert!(page.contains("浦东新区＊＊大道****号*栋***室"), "{page}");
    place.run(run.iter().chain(&["open", "--show-pii"])).code(0);
    assert!(said(&place, "open/report.html").contains("世纪大道1088号3栋502室"));
}

#[test]
fn numbers_glued_to_letters_are_hidden_in_every_name() {
    let place = Place::empty();
    let about = json!({
        "id": "T1-13812616889", "agent": "kf13812345670", "team": "组13812345671", "channel": "chat 13812345672",
        "customer": "wx_13812345673", "meta": { "ticket": "S20260302-13812345674-01" },
    });
    place.write("log.jsonl", chat(about, 2, "您好，我明天10点前给您打电话，尽快处理"));
    place.run(["audit", "log.jsonl", "-o", "out", "--promises", "--as-of", "2026-03-03 08:00", "-q"]).code(0);
    let numbers = ["13812616889", "13812345670", "13812345671", "13812345672", "13812345673", "13812345674"];
    nowhere(&place, &numbers);
    let rows = lines(place.read("out/conversations.jsonl"));
    assert_eq!(rows[0]["channel"], "chat 138****5672");
    assert_eq!(rows[0]["agent"], "kf138****5670");
    for name in ["p.jsonl", "p.csv", "p.ics"] {
        place.run(["promises", "log.jsonl", "--as-of", "2026-03-03 08:00", "-o", name, "-q"]).code(0);
        let plain = said(&place, name).replace("\r\n ", "");
        assert!(plain.contains("T1-138****6889") && !numbers.iter().any(|number| plain.contains(number)), "{plain}");
    }
    let acts = place.run(["acts", "log.jsonl", "--format", "jsonl"]).code(0);
    assert_eq!(lines(&acts.stdout)[0]["conversation"], "T1-138****6889");
}

#[test]
fn numbers_are_hidden_in_names_however_they_are_written() {
    for (agent, shown) in [
        ("A8613812345678", "A861******5678"),
        ("wang138-1234-5678", "wang138-****-5678"),
        ("客服A１３８１２３４５６７８", "客服A１３８＊＊＊＊５６７８"),
        ("订单20260302123456789", "订单20260302123456789"),
    ] {
        let place = Place::empty();
        place.write("log.jsonl", chat(json!({ "id": "a", "agent": agent }), 2, SOON));
        place.run(["audit", "log.jsonl", "-o", "out", "--no-reports", "-q"]).code(0);
        assert_eq!(lines(place.read("out/conversations.jsonl"))[0]["agent"], shown);
    }
}

#[test]
fn names_of_files_are_hidden_and_the_files_found_again() {
    let place = Place::empty();
    let log = |id: &str| chat(json!({ "id": id, "agent": "林" }), 2, SOON) + "not json\n";
    place.write("in 13812340001/客户13812345678.jsonl", log("one"));
    place.write("in 13812340001/客户13899995678.jsonl", log("two"));
    let out = place.run(["audit", "in 13812340001", "-o", "out", "--promises", "--as-of", "2026-04-01"]).code(2);
    // The user who named the file can see which one it is.
    out.warns(&["客户13812345678.jsonl", "客户13899995678.jsonl"]);
    let secrets = ["13812340001", "13812345678", "13899995678"];
    nowhere(&place, &secrets);
    let shown = ["in 138****0001/客户138****5678.jsonl", "in 138****0001/客户138****5678.jsonl#2"];
    for name in ["conversations", "rejects", "promises"] {
        assert_eq!(each(&lines(place.read(&format!("out/{name}.jsonl"))), "path"), shown, "{name}");
    }
    let words = |number: usize| {
        let page = data(&place, "out/report.html");
        let all = page["conversations"].as_array().unwrap().clone();
        all.iter().find(|one| one["n"] == number).unwrap()["turns"][0]["parts"][0][0].clone()
    };
    assert_eq!([words(0), words(1)], ["收到的杯子碎了"; 2]);
    // A review reads the files again: if two look the same, it shows neither's words under the other's name.
    place.run(["audit", "--review", "out/review.csv", "-o", "out", "-q"]);
    assert_eq!([words(0), words(1)], [Value::Null, Value::Null]);
    std::fs::remove_file(place.path("in 13812340001/客户13899995678.jsonl")).unwrap();
    place.run(["audit", "--review", "out/review.csv", "-o", "out", "-q"]);
    assert_eq!([words(0), words(1)], [json!("收到的杯子碎了"), Value::Null]);
    nowhere(&place, &secrets);
}

#[test]
fn what_a_reviewer_and_a_clock_say_is_hidden_as_well() {
    let place = Place::empty();
    let record = json!({ "id": "g1", "agent": "林", "turns": [
        { "role": "customer", "text": "收到的杯子碎了", "time": "不详13811239579" },
        { "role": "agent", "text": SOON, "time": "不详 13811239570" },
    ]});
    place.write("log.jsonl", format!("{record}\n"));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    nowhere(&place, &["13811239579", "13811239570"]);
    let sheet = String::from_utf8(place.read("out/review.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(sheet.trim_start_matches('\u{feff}').as_bytes());
    let head = rows.headers().unwrap().clone();
    let row = rows.records().next().unwrap().unwrap();
    let filled = head.iter().zip(&row).map(|(head, cell)| match head {
        "reviewer" => "Wang 13912345678",
        "final" => "dismiss",
        "when" => "2026-03-05 13912345679",
        _ => cell,
    });
    let mut back = csv::Writer::from_path(place.path("back.csv")).unwrap();
    back.write_record(&head).unwrap();
    back.write_record(filled).unwrap();
    back.flush().unwrap();
    place.run(["audit", "--review", "back.csv", "-o", "out", "-q"]).code(0);
    assert!(said(&place, "out/conversations.jsonl").contains("Wang 139****5678"));
    assert!(said(&place, "out/good-examples.toml").contains("Wang 139****5678"));
    nowhere(&place, &["13912345678", "13912345679", "13811239579", "13811239570"]);
}

#[test]
fn figures_that_are_said_again_while_a_number_is_read_out_are_hidden_too() {
    let place = Place::empty();
    let read = |id: &str, said: &[(&str, &str)]| {
        let turns: Vec<Value> = said.iter().map(|(role, text)| json!({ "role": role, "text": text })).collect();
        format!("{}\n", json!({ "id": id, "channel": "call", "agent": "林", "turns": turns }))
    };
    let (customer, agent) = ("customer", "agent");
    let mobile = [
        (customer, "手机是138"),
        (agent, "嗯"),
        (customer, "0012"),
        (agent, "0012"),
        (customer, "3456"),
        (agent, SOON),
    ];
    let part = [
        (customer, "手机是一三八零零"),
        (agent, "好的零零"),
        (customer, "幺二"),
        (agent, "等一下"),
        (customer, "三四五六"),
        (agent, SOON),
    ];
    let identity = [
        (customer, "四四零三零幺"),
        (agent, "嗯嗯"),
        (customer, "呃一九八五零六一五"),
        (agent, "幺九八五零六幺五对吧"),
        (customer, "对 然后二四三三"),
        (agent, SOON),
    ];
    let agreed = [
        (customer, "我的号幺三八"),
        (agent, "一三八"),
        (customer, "对的 零零幺二"),
        (agent, "零零幺二"),
        (customer, "三四五六"),
        (agent, SOON),
    ];
    let order = [(customer, "订单是20"), (agent, "20"), (customer, "26"), (agent, SOON)];
    place.write(
        "log.jsonl",
        read("q1", &mobile) + &read("q2", &part) + &read("q3", &identity) + &read("q4", &order) + &read("q5", &agreed),
    );
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let page = data(&place, "out/report.html");
    let said = |id: &str, turn: usize| {
        let one = page["conversations"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
        let parts = one["turns"][turn]["parts"].as_array().unwrap().iter();
        parts.map(|part| part[0].as_str().unwrap()).collect::<String>()
    };
    assert_eq!([said("q1", 2), said("q1", 3), said("q1", 4)], ["****", "****", "3456"]);
    assert_eq!([said("q2", 1), said("q2", 3)], ["好的＊＊", "等一下"]);
    assert_eq!(said("q3", 3), "＊＊＊＊＊＊＊＊对吧");
    assert_eq!(said("q4", 1), "20");
    assert_eq!([said("q5", 2), said("q5", 3)], ["对的 ＊＊＊＊", "＊＊＊＊"]);
}

#[test]
fn what_a_colleague_said_is_not_cut_where_something_was_found_in_it() {
    let place = Place::empty();
    let turns = json!([
        { "role": "customer", "text": "收到的杯子碎了" },
        { "role": "agent", "agent": "A", "text": SOON },
        { "role": "customer", "text": "还要多久" },
        { "role": "agent", "agent": "B", "text": "你自己没看清楚吧，我们会尽快处理，稍后给您回复" },
        { "role": "customer", "text": "什么态度" },
    ]);
    place.write("log.jsonl", format!("{}\n", json!({ "id": "t1", "turns": turns })));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let parts = |page: &str, turn: usize| {
        let page = data(&place, page);
        page["conversations"][0]["turns"][turn]["parts"].as_array().unwrap().clone()
    };
    let words = json!(["你自己没看清楚吧，我们会尽快处理，稍后给您回复", -1]);
    assert_eq!(parts("out/agents/0001-A.html", 3), [words]);
    assert_ne!(parts("out/agents/0001-A.html", 1)[0][1], -1);
    assert!(parts("out/agents/0002-B.html", 3).len() > 1);
}

#[test]
fn the_title_of_a_page_cannot_act() {
    let place = Place::empty();
    place.write("log.jsonl", chat(json!({ "id": "c", "agent": "林", "team": "\u{1b}[31mred\u{202e}" }), 2, SOON));
    place.run(["audit", "log.jsonl", "-o", "out", "-q"]).code(0);
    let name = place.files().into_iter().find(|file| file.starts_with("out/teams/")).unwrap();
    let page = String::from_utf8(place.read(&name)).unwrap();
    assert!(page.contains("␛[31mred"), "{name}");
    let acts = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
    let title = page.find("<title>").unwrap()..page.find("</title>").unwrap();
    assert_eq!(page[title].find(acts), None);
    assert!(!page.contains('\u{1b}'));
}

#[test]
fn what_is_written_beside_a_later_message_counts_too() {
    let place = Place::empty();
    let head = "会话ID,发送人,消息内容,发送时间,满意度,技能组,客户ID,工单号\n";
    let rows = "A1,客户,你好，几点发货,2026-03-02 09:00:00,,,,T1\n\
        A1,客服,您好，今天16:00发,2026-03-02 09:00:10,1,售后组,C1,T2\n\
        A1,客户,好,2026-03-02 09:00:20,5,售前组,,\n\
        A2,客户,在吗,2026-03-02 09:00:00,,,,\n\
        A2,客服,在的，请讲,2026-03-02 09:00:10,,,,\n";
    place.write("log.csv", format!("{head}{rows}"));
    place.run(["audit", "log.csv", "-o", "out", "--sample", "must:5", "-q"]).code(0);
    let rows = lines(place.read("out/conversations.jsonl"));
    let told = ["rating", "team", "customer", "ticket"].map(|field| rows[0][field].as_str().unwrap());
    assert_eq!(told, ["1", "售后组", "C1", "T1"]);
    assert!(["rating", "team", "customer", "ticket"].iter().all(|field| rows[1][field].is_null()), "{}", rows[1]);
    assert_eq!(json_of(&place, "out/sample.json")["drawn"][0]["reasons"], json!(["must:low-rating"]));
}
