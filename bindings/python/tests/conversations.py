"""Made-up conversations for the tests: the same ones for the same number, with everything that readers must survive."""

import json

ASKED = ["收到就是坏的，怎么办", "我的退款呢？都三天了", "where is my refund", "转人工", "在吗", "你们没人联系我！", "谢谢", "订单{n}到哪了"]
SAID = [
    "非常抱歉，我们会尽快给您回复。", "我今天18:00前给您回电，请您留意。", "您好，请稍等，马上为您查。", "亲，加我微信13812345678聊",
    "We will get back to you as soon as possible.", "这个不归我们管，你自己看说明书", "非常抱歉给您带来不便，已为您申请退款，24小时内到账。",
    "查到了，您的包裹明天送达😀", "好的，感谢您的反馈！！！", "身份证11010519491231002X已登记，3天内给您结果", "他说\"尽快\"处理\n请放心\t的",
]


def conversation(number):
    """One conversation; every customer has several, so that promises can be kept later."""
    day = 1 + number % 27
    turns, clock = [], 9 * 60 + number % 60
    for place in range(2 + number % 5):
        clock += 1 + (number * 7 + place * 13) % 40
        who = "customer" if (place + number) % 3 == 0 or place == 0 else "agent"
        words = ASKED if who == "customer" else SAID
        text = words[(number * 3 + place * 5) % len(words)].replace("{n}", str(number))
        turns.append({"role": who, "text": text, "time": f"2026-05-{day:02}T{clock // 60:02}:{clock % 60:02}:00+08:00"})
    one = {"id": f"C-{number:05}", "agent": ["林晓", "王芳", "陈晨"][number % 3], "team": f"T{number % 2}", "channel": "chat",
           "customer": f"u{number % 97}", "turns": turns}
    if number % 11 == 0:
        one["ticket"] = f"k{number // 22}"
    if number % 13 == 0:
        one["scenario"] = "complaint"
    if number % 17 == 0:
        one["meta"] = {"source": "app", "level": "3"}
    return one


def conversations(count):
    return [conversation(number) for number in range(count)]


def lines(conversations):
    """As JSONL."""
    return [json.dumps(one, ensure_ascii=False) for one in conversations]


BROKEN = ["{", "[]", '{"id": "x"}', '{"turns": [{"role": "nobody knows", "text": "x"}]}', '{"turns": [{"role": "agent", "text": "\\ud800"}]}', "   "]
"""Lines that are no conversations; the last is no row at all."""


def with_broken(lines):
    """Lines among which some are broken."""
    out = []
    for number, line in enumerate(lines):
        out.append(line)
        if number % 50 == 7:
            out.append(BROKEN[number // 50 % len(BROKEN)])
    return out
