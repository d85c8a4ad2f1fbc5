//! Numbers of people are found, numbers of things are not: planted, random, and known false alarms of the trade.

use super::*;

fn words() -> NumberWords {
    NumberWords::from_toml(include_str!("../../../../rules/language/numbers.toml")).unwrap()
}

fn found(text: &str) -> Vec<(&str, NumberKind)> {
    sure(text, &words()).into_iter().map(|hit| (hit.span.of(text), hit.kind)).collect()
}

fn hidden(text: &str) -> Vec<&str> {
    find(text, &words()).into_iter().map(|hit| hit.span.of(text)).collect()
}

/// A reproducible random generator (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn figures(&mut self, count: usize) -> String {
        (0..count)
            .map(|place| char::from(b'0' + u8::try_from(self.below(if place == 0 { 9 } else { 10 })).unwrap()))
            .collect()
    }
}

fn identity_number(random: &mut Random) -> String {
    let regions = ["110101", "310104", "440305", "513401", "650102", "810000"];
    let region = regions[usize::try_from(random.below(6)).unwrap()];
    let (year, month, day) = (1940 + random.below(80), 1 + random.below(12), 1 + random.below(28));
    let mut number = format!("{region}{year}{month:02}{day:02}{:03}", random.below(1000));
    number.push(char::from(identity::check(number.as_bytes())));
    number
}

fn card_number(random: &mut Random) -> String {
    let (prefix, length) =
        [("621226", 19), ("622848", 19), ("622588", 16), ("4392", 16), ("5187", 16), ("356", 16), ("2300", 16)]
            [usize::try_from(random.below(7)).unwrap()];
    let body = format!("{prefix}{}", random.figures(length - 1 - prefix.len()));
    (0..10).map(|digit| format!("{body}{digit}")).find(|number| card::is_card(number)).unwrap()
}

#[test]
fn planted_numbers_are_all_found() {
    let mut random = Random(7);
    for round in 0..500 {
        let mobile = format!("1{}{}", 3 + random.below(7), random.figures(9));
        let spaced = format!("{} {}-{}", &mobile[..3], &mobile[3..7], &mobile[7..]);
        let (identity, card) = (identity_number(&mut random), card_number(&mut random));
        let fours =
            card.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect::<Vec<_>>().join(" ");
        for (number, kind) in [
            (&mobile, NumberKind::Mobile),
            (&spaced, NumberKind::Mobile),
            (&identity, NumberKind::Identity),
            (if round % 2 == 0 { &card } else { &fours }, NumberKind::Card),
        ] {
            assert_eq!(found(&format!("请记下{number},谢谢")), [(number.as_str(), kind)]);
        }
    }
}

#[test]
fn random_order_numbers_are_let_be() {
    let mut random = Random(11);
    let hits = (0..20_000).filter(|round| !found(&random.figures(18 + round % 2)).is_empty()).count();
    assert!(hits <= 100, "{hits} of 20,000");
}

#[test]
fn usual_ways_of_writing() {
    use NumberKind::{Card, Email, Identity, Landline, Mobile};
    for (text, number, kind) in [
        ("电话+86 13812345678", "+86 13812345678", Mobile),
        ("8613812345678", "8613812345678", Mobile),
        ("0912-345-678", "0912-345-678", Mobile),
        ("+886 912 345 678", "+886 912 345 678", Mobile),
        ("+852 9123 4567", "+852 9123 4567", Mobile),
        ("座机010-62345678", "010-62345678", Landline),
        ("0755-1234567", "0755-1234567", Landline),
        ("身份证11010119900307109x", "", Identity),
        ("卡号6222 0212 3456 7890 128", "", Card),
        ("发到13812345678@163.com", "13812345678@163.com", Email),
        ("订单有问题,电话13812345678", "13812345678", Mobile),
    ] {
        match (&found(text)[..], number) {
            // Only numbers with a correct check digit count at all.
            (found, "") => assert!(found.iter().all(|hit| hit.1 == kind), "{text}"),
            (found, number) => assert_eq!(found, [(number, kind)], "{text}"),
        }
    }
    assert_eq!(found("13812345678 13912345678").len(), 2);
    assert_eq!(found("13812345678/13912345678").len(), 2);
}

#[test]
fn usual_ways_of_writing_abroad() {
    use NumberKind::{Abroad, Identity, Mobile};
    for (text, number, kind) in [
        ("reach her on (415) 555-0132.", "(415) 555-0132", Abroad),
        ("415-555-0132", "415-555-0132", Abroad),
        ("415.555.0132,ok", "415.555.0132", Abroad),
        ("phone 415 555 0132", "415 555 0132", Abroad),
        ("1-415-555-0132", "1-415-555-0132", Abroad),
        ("电话+1 415 555 0132", "+1 415 555 0132", Abroad),
        ("+1 (415) 555-0132", "+1 (415) 555-0132", Abroad),
        ("+12125550132", "+12125550132", Abroad),
        ("your mobile 4155550132", "4155550132", Abroad),
        ("+44 7700 900123", "+44 7700 900123", Abroad),
        ("+44 (0)20 7946 0958", "+44 (0)20 7946 0958", Abroad),
        ("(+44) 7700 900123", "(+44) 7700 900123", Abroad),
        ("07700 900123", "07700 900123", Abroad),
        ("手机0044 7700 900123", "0044 7700 900123", Abroad),
        ("+81 90-1234-5678", "+81 90-1234-5678", Abroad),
        ("+4915112345678", "+4915112345678", Abroad),
        ("+852 2345 6789", "+852 2345 6789", Abroad),
        ("+86 10 6234 5678", "+86 10 6234 5678", Abroad),
        ("手机9123 4567", "9123 4567", Abroad),
        ("whatsapp 91234567", "91234567", Abroad),
        ("0912-345-678", "0912-345-678", Mobile),
        ("ssn 123-45-6789", "123-45-6789", Identity),
        ("social security number 123 45 6789", "123 45 6789", Identity),
        ("ssn: 123456789", "123456789", Identity),
        ("护照号码是e12345678", "e12345678", Identity),
        ("passport no. 123456789.", "123456789", Identity),
        ("hkid a1234563", "a1234563", Identity),
    ] {
        assert_eq!(found(text), [(number, kind)], "{text}");
    }
    // Uncertain numbers are masked, but no finding.
    for (text, number) in [
        ("415 555 0132", "415 555 0132"),
        ("account 4155550132", "4155550132"),
        ("电话9123 4567", "9123 4567"),
        ("0044 7700 900123", "0044 7700 900123"),
    ] {
        assert_eq!((found(text), hidden(text)), (Vec::new(), vec![number]), "{text}");
    }
}

#[test]
fn numbers_that_only_look_like_those_abroad() {
    for fine in [
        "1-800-555-0132",
        "(888) 555-0132",
        "877-555-0132 or 866.555.0132",
        "855 555 0132, 844-555-0132, 833-555-0132",
        "+1 800 555 0132",
        "+18005550132",
        "+86 400 123 4567",
        "+86 95588",
        "+852 800 123 456",
        "+44 800 123 4567",
        "0808 157 0461",
        "0800 123 4567",
        "400-820-8820",
        "order 415-555-0132",
        "订单号:415-555-0132",
        "tracking no. 123-45-6789",
        "model 123-45-6789",
        "型号415-555-0132",
        "000-45-6789",
        "666-45-6789",
        "900-45-6789",
        "123-00-6789",
        "a-415-555-0132",
        "415-555-0132-7",
        "415-555-01325",
        "415-155-0132",
        "115-555-0132",
        "411-555-0132",
        "$415.555.0132",
        "415-555-****",
        "(415) 555-0132 ext. 12",
        "2026-01-02",
        "02-01-2026 18:00",
        "192.168.100.1000",
        "10.415.555.0132",
        "+20250101",
        "5+12345678901",
        "+100000",
        "4155550132",
        "123456789",
        "5000-8000",
        "手机价格 5999 6999元",
        "电话6999 5999元",
        "passport valid until 20300101",
        "passport photo 35x45mm",
        "护照照片350x450",
        "passport photo 1000x2000",
        "护照:e12*****8",
        "a1234563",
        "order e12345678",
    ] {
        assert_eq!(hidden(fine), [""; 0], "{fine}");
    }
}

#[test]
fn random_numbers_of_things_are_let_be() {
    let mut random = Random(13);
    // Ten or eleven digits may be a mainland or Taiwan number.
    for length in [8, 9, 10, 12, 13] {
        let hit = |number: &String| !number.starts_with(['0', '8']) && !hidden(&format!("no {number}")).is_empty();
        assert_eq!((0..4_000).map(|_| random.figures(length)).find(hit), None);
    }
}

#[test]
fn false_alarms_of_the_trade() {
    let card = card_number(&mut Random(3));
    let identity = identity_number(&mut Random(3));
    for fine in [
        "4001234567",
        "400-123-4567",
        "客服热线4009118118",
        "95588",
        "10086",
        "拨打12315",
        "800-820-8820",
        "138****1234",
        "138xxxx1234",
        "6222 **** **** 1234",
        "虚拟号13812345678转1234",
        "13812345678转1234",
        "13812345678 转 1234",
        "2026-01-02 10:03",
        "2026-01-02 18:00-20:00",
        "9123 4567",
        "62345678",
        "a13812345678",
        "13812345678b",
        "138123456789",
        "1.3812345678",
        "13812345678.50元",
        "/item/13812345678",
        "id=13812345678",
        "单号:13812345678",
        "订单号13812345678",
        "tracking no. 13812345678",
        "a***@qq.com",
        "1-3个工作日,24小时",
        "2026-2027 10000-20000",
    ] {
        assert_eq!(found(fine), [], "{fine}");
    }
    for thing in ["订单编号:", "运单号是", "tracking number: "] {
        assert_eq!(found(&format!("{thing}{card}")), []);
        assert_eq!(found(&format!("{thing}{identity}")), []);
    }
}

#[test]
fn whatever_folds_to_a_figure_or_a_sign_is_seen_before_it_is_folded() {
    let words = words();
    for character in '\0'..=char::MAX {
        let folded = crate::language::fold_char(character);
        if folded == '@' {
            assert!(may_hold(&character.to_string(), &words), "{character:?}");
        } else if folded.is_ascii_digit() {
            assert!(may_hold(&character.to_string().repeat(FEWEST_DIGITS), &words), "{character:?}");
        }
    }
    assert!(!may_hold("您好，1234元。", &words));
}

/// Whether all numbers in a text are an office's; `None`: there are none.
fn public(text: &str) -> Option<bool> {
    let hits = sure(&crate::language::fold_str(text), &words());
    (!hits.is_empty()).then(|| hits.iter().all(|hit| hit.public))
}

#[test]
fn numbers_of_offices() {
    for text in [
        "您可以把开票资料发到fapiao@company.example，财务会在两个工作日内开具。",
        "售后资料发service@shop.example即可。",
        "简历请投hr@company.example，我们会在一周内回复。",
        "商务合作找shangwu@company.example。",
        "技术问题可以联系support@saas.example。",
        "客服中心邮箱：kefu01@brand.example。",
        "物业前台0571-88880000，24小时有人。",
        "您可以拨打社区居委会0571-86660000了解。",
        "长沙市医保局，联系电话：0731-84930000。",
        "门诊部0571-86669999，早上八点开始接听。",
        "酒店前台的座机是0755-26660000，您到了可以打。",
        "區公所電話02-2345-6789，上班時間都可以打。",
        "診所掛號電話04-2345-6789。",
        "学校招生办电话010-62785001。",
        "您直接打网点0574-87654321查一下，他们上班到六点。",
        "我们总部电话021-61234567。",
        "您可向属地城管中队反映，电话0731-88990000。",
        "Send your CV to careers@company.example.",
        "Our billing department: (212) 555-0143.",
        "The nearest library is at 555 Main St, (212) 555-0199.",
        "维修部值班手机13900002222，夜里也有人接。",
        "办居住证带身份证原件，白石街道便民中心，电话 0731-85012233，午休十二点到两点。",
        "实体店地址：解放路8号，0571-85551234，到店报名字就能试穿。",
        "您反映的路灯问题已转市政设施维护处，电话：0574-87112233。",
    ] {
        assert_eq!(public(text), Some(true), "{text}");
    }
}

#[test]
fn numbers_of_people_at_offices() {
    for text in [
        "您登记的座机是0571-88880000，对吗？",
        "收件人电话0755-26660000，没错吧？",
        "上一位客人留的座机010-62345678，您打过去问问。",
        "您先生的邮箱lihua_1985@163.example已经绑定。",
        "邻居张阿姨的座机0571-87651234，您找她要钥匙。",
        "投诉您的那位顾客电话13611112222，您跟他说说。",
        "客人王先生的座机0512-65431234，他说不要了。",
        "社区里反映您的住户是302的老赵，电话0571-86543210。",
        "前一位房客手機0937-482-165，您打給他。",
        "Mrs Dale's home number is (212) 555-0143.",
        "The reviewer is tom.hill82@outlook.example, write to him.",
        "物业这边记的业主电话13900002222，您看是不是。",
        "派出所那边登记您的手机15800003333。",
        "您账户下的邮箱service.wang@qq.example已验证。",
        "您公司的财务小李，li.na@client.example，我发给她了。",
        "他家电话0571-81234567，晚上在。",
        "您在我们门店办卡时写的座机是0574-87112299。",
        "您孩子班上王同学家长的电话是15012345678。",
        "核实一下：电话0731-85012233，地址天心区，对吗？",
        "您母亲在医院留的电话0755-83334455，一直没人接。",
        "上一个住这间酒店房的客人，0755-26661122，您问问他。",
        "物业业主群里投诉您的是1201的孙姐，18600001111。",
        "前手機主人的市話是02-2771-3344，您自己打。",
        "We have (646) 555-0101 as your number at this branch, is that still right?",
    ] {
        assert_eq!(public(text), Some(false), "{text}");
    }
    // Beyond the limit a text is a table, not a reply, and the check stops.
    assert_eq!(public(&"您打0571-88880000,".repeat(1000)), Some(false));
}

#[test]
fn a_number_in_what_a_telephone_dials_is_whole() {
    assert_eq!(hidden("请拨**21*13812341234#开通"), ["13812341234"]);
    assert_eq!(hidden("号码*13812341234"), [] as [&str; 0]);
}

#[test]
fn a_pause_beside_a_number_hides_nothing() {
    for text in ["13800138000_对吗", "电话_13800138000", "110101199003072316_对", "_13800138000__"] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
    for text in ["ORD_13800138000", "13800138000_v2", "a=13800138000_x"] {
        assert_eq!(found(text), [], "{text}");
    }
}
