//! Accounts and addresses are masked; numbers of orders, days, prices and sizes are not.

use super::*;

fn words() -> NumberWords {
    NumberWords::from_toml(include_str!("../../../../rules/language/numbers.toml")).unwrap()
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
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }
}

fn more(text: &str) -> Vec<&str> {
    let words = words();
    if !may_hold(text, &words) {
        return Vec::new();
    }
    find_more(text, &words, &find(text, &words)).into_iter().map(|span| span.of(text)).collect()
}

#[test]
fn accounts_are_hidden_behind_the_name_of_their_messenger() {
    for (text, account) in [
        ("加我微信abc123456细说", "abc123456"),
        ("微信wx_998877", "wx_998877"),
        ("微信号是zhangwei", "zhangwei"),
        ("我的微信号:li-ming_88", "li-ming_88"),
        ("加qq 2838475610", "2838475610"),
        ("qq号65432189", "65432189"),
        ("line id: mary_1990", "mary_1990"),
        ("my wechat id is anna2020x", "anna2020x"),
        ("telegram @sam_k77", "sam_k77"),
    ] {
        assert_eq!(more(text), [account], "{text}");
    }
    for text in [
        "微信支付500元",
        "微信转账20000元",
        "微信订单号1000039501",
        "微信android版",
        "微信windows版本8",
        "官方微信shop_2020",
        "关注微信号:joyu_mama",
        "qq号码:800010000",
        "关注公众号abc_shop12",
        "qq音乐vip12345",
        "on line 10023",
        "微信是正常的",
        "微信20260301转的",
        "微信 12345元",
        "order ab123456 by wechat pay",
        "whatsapp is working now",
    ] {
        assert!(more(text).is_empty(), "{text}: {:?}", more(text));
    }
}

#[test]
fn streets_and_doors_are_hidden() {
    let cases: [(&str, &[&str]); 15] = [
        ("上海市浦东新区世纪大道100号3栋502室", &["世纪", "100", "3", "502"]),
        ("寄到中山路12号,谢谢", &["中山", "12"]),
        ("地址是李家村8号", &["李家", "8"]),
        ("忠孝东路四段12巷3弄5号6楼", &["忠孝东", "12", "3", "5", "6"]),
        ("旺角弥敦道688号12楼", &["旺角弥敦", "688", "12"]),
        ("我们是泉塘小区6栋4401的业主", &["泉塘", "6", "4401"]),
        ("阳光花园5号楼3单元1201", &["阳光", "5", "3", "1201"]),
        ("3栋2单元501", &["3", "2", "501"]),
        ("龙华路855弄12号602室", &["龙华", "855", "12", "602"]),
        ("人民路18号下午三点前送到", &[]),
        ("ship it to 123 main street, springfield", &["123", "main"]),
        ("i live at 45b baker st.", &["45b", "baker"]),
        ("flat 5, 12 king's road london", &[]),
        ("our store is at 12 high street.", &[]),
        ("门店地址:中山路12号", &[]),
    ];
    for (text, hidden) in cases {
        assert_eq!(more(text), hidden, "{text}");
    }
}

#[test]
fn days_prices_sizes_and_hours_are_no_addresses() {
    for text in [
        "我知道12号到货",
        "12号下午发货",
        "3月12号前",
        "地铁2号线",
        "2号仓发货",
        "营业时间9:00-21:00",
        "价格299元",
        "型号ab-1200",
        "5座suv",
        "12楼见",
        "会员3号客服为您服务",
        "第3层包装破了",
        "尺码38码",
        "3号和5号都可以",
        "2 items were lost on the road",
        "1 mountain road bike",
        "3 blocks down the street",
        "24 hour drive",
        "the 5 star court",
        "1000 new street lights",
        "500 ml, 2 for 1",
        "小区共有10栋460户",
        "16号4栋新楼开盘",
        "小区5栋居民楼要改造",
        "一共18栋,2019年交房",
    ] {
        assert!(more(text).is_empty(), "{text}: {:?}", more(text));
    }
}

#[test]
fn numbers_of_orders_are_neither_accounts_nor_addresses() {
    let mut random = Random(5);
    let forms = ["订单{}", "单号{}号", "订单号:{},谢谢", "order {}", "您的订单{}已发货", "微信支付订单{}", "qq订单{}"];
    let masked = (0..20_000).filter(|count| {
        let length = 6 + usize::try_from(random.below(14)).unwrap();
        let text = forms[count % forms.len()].replace("{}", &random.figures(length));
        !more(&text).is_empty()
    });
    assert_eq!(masked.count(), 0);
}
