"""Opens the reports of an audit in a real browser and in another program that reads workbooks.

    python3 tests/browser/run.py target/debug/replylint

Makes its own environment below target/ (playwright and openpyxl from the package index) and uses the system's Chromium.
Exit status 0: all holds; 1: something does not; 77: cannot run here, with the reason on the last line.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "target" / "browser"
NEEDS = ["playwright==1.55.0", "openpyxl==3.1.5"]
CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]

SCRIPTS = ["alert(1)", "confirm(1)", "fetch('//x.invalid/a')", "new Image().src='//x.invalid/b'", "top.location='//x.invalid'"]
FORMS = [
    "<script>{0}</script>", "</script><script>{0}</script>", "<img src=x onerror=\"{0}\">", "\"><svg onload={0}>",
    "'><body onload={0}>", "<iframe srcdoc=\"<script>{0}</script>\"></iframe>", "<a href=\"javascript:{0}\">a</a>",
    "<style>@import '//x.invalid/c';</style>{0}", "<!--<script>{0}", "]]><script>{0}</script>", "${{{0}}}", "{{{{{0}}}}}",
    "<details open ontoggle={0}>", "<link rel=stylesheet href=//x.invalid/d>{0}", "\\u003cscript>{0}</script>",
    "<base href=//x.invalid/>{0}", "<form action=//x.invalid><button autofocus onfocus={0}>", "<math><mtext><script>{0}</script>",
    "<meta http-equiv=refresh content='0;url=//x.invalid'>{0}", "<object data=//x.invalid/e>{0}", "<video><source onerror={0}>",
    "</title><script>{0}</script>", "</style><script>{0}</script>", "&lt;script&gt;{0}&lt;/script&gt;",
]
PAYLOADS = [form.format(script) for form in FORMS for script in SCRIPTS]

FORMULAS = [
    sign + body
    for sign in ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "＋", "－", "＠", "\n="]
    for body in ["1+1", "HYPERLINK(\"http://x.invalid\",\"a\")", "cmd|' /C calc'!A0", "SUM(A1:A9)", "IMPORTXML(\"//x.invalid\")"]
]


def environment():
    """The interpreter of our own environment, made on the first run."""
    python = HOME / "venv" / "bin" / "python"
    if not python.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", HOME / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDS], check=True)
    return python


def conversation(number, words, name, ident):
    day = 1 + number % 28
    return {
        "id": ident, "agent": name, "team": "T" + str(number % 3), "channel": "chat", "customer": "u" + str(number),
        "turns": [
            {"role": "customer", "text": "我的退款呢" + words, "time": f"2026-06-{day:02} 10:00"},
            {"role": "agent", "text": "非常抱歉，我们会尽快给您回复。" + words, "time": f"2026-06-{day:02} 10:01"},
        ],
    }


def audit(program, folder, conversations, select="promise/vague-promise"):
    """Audits these conversations; the folder with the results."""
    folder.mkdir(parents=True)
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in conversations)
    (folder / "in.jsonl").write_text(lines, encoding="utf-8")
    command = [program, "audit", "in.jsonl", "-o", "out", "--no-config", "--select", select, "--locale", "zh",
               "--zone", "Asia/Shanghai", "--promises", "--as-of", "2026-07-01", "--quiet"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    return folder / "out"


def tame(payload):
    """The same words, and nothing of what makes them code."""
    return "".join(character if character.isalnum() or character in " .-" else " " for character in payload)


class Watched:
    """A page whose dialogs and requests are counted."""

    def __init__(self, browser, path, **options):
        self.dialogs, self.requests, self.errors = 0, [], []
        self.page = browser.new_context(**options).new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(path.resolve().as_uri())
        self.page.wait_for_selector("h1")

    def _dialog(self, dialog):
        self.dialogs += 1
        dialog.dismiss()

    def calm(self):
        foreign = [url for url in self.requests if not url.startswith("file:")]
        assert len(self.requests) == 1 and not foreign, self.requests[:5]
        assert self.dialogs == 0 and not self.errors, (self.dialogs, self.errors)


def wait_until(page, holds, argument=None):
    """Asks again and again. Playwright's own wait evaluates text inside the page from its second look on, and the page's
    policy forbids that."""
    for _ in range(600):
        if page.evaluate(holds, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"this never held: {holds}")


def from_summary_to_conversation(browser, folder):
    for shape, options in {
        "desktop": {"viewport": {"width": 1280, "height": 900}},
        "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    }.items():
        watched = Watched(browser, folder / "report.html", **options)
        page = watched.page
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{shape}: {wide} pixels too wide"
        page.screenshot(path=HOME / f"{shape}-summary.png")
        assert "promises/deadline" not in page.inner_text("body"), "items are told by their names"
        page.click("[data-rule='promise/vague-promise']")
        page.click("[data-conversation] >> nth=0")
        page.wait_for_selector("dialog[open] .turn.agent mark")
        assert page.inner_text("dialog[open] .turn.agent mark") == "尽快"
        assert "138****5678" in page.inner_text("dialog[open]") or "13812345678" not in page.content()
        page.screenshot(path=HOME / f"{shape}-conversation.png")
        page.keyboard.press("Escape")
        # A dialog tells that it closed in a task of its own.
        wait_until(page, "location.hash === '' && !document.querySelector('dialog[open]')")
        watched.calm()
    agent = sorted((folder / "agents").iterdir())[0]
    text = agent.read_text(encoding="utf-8")
    assert "林晓" in text and "王芳" not in text, "an agent's page names no colleague"
    watched = Watched(browser, agent, viewport={"width": 900, "height": 1200})
    watched.page.screenshot(path=HOME / "agent.png", full_page=True)
    sheets = watched.page.locator("#coaching .sheet")
    rules = [sheets.nth(at).get_attribute("data-rule") for at in range(sheets.count())]
    assert rules and len(set(rules)) == len(rules), rules
    assert "这样说就好" in watched.page.inner_text("#coaching [data-rule='promise/vague-promise']")
    order = watched.page.evaluate("[...document.querySelectorAll('h2')].map((one) => one.textContent)")
    assert order.index("辅导单") < order.index("承诺跟进"), order
    watched.calm()


def nothing_can_be_injected(browser, folder, plain):
    counts = []
    for place in (folder, plain):
        watched = Watched(browser, place / "report.html")
        page = watched.page
        for _ in range(8):
            more = page.query_selector("#list > button:not(.talk)")
            if not more:
                break
            more.click()
        talks = page.locator("[data-conversation]").count()
        assert talks == len(PAYLOADS), talks
        for number in range(0, talks, 12):
            page.evaluate("(n) => { location.hash = 'c' + n; }", number)
            wait_until(page, "(id) => document.querySelector('dialog[open] strong')?.textContent.startsWith(id)", f"{number}")
            assert page.query_selector("dialog[open] mark")
        counts.append(page.evaluate("document.querySelectorAll('*').length"))
        watched.calm()
    assert counts[0] == counts[1], counts


def periods_are_compared(browser, folder):
    """Day, week and month switch all figures, and no label is cut."""
    watched = Watched(browser, folder / "report.html", viewport={"width": 1280, "height": 900})
    page = watched.page
    for by, last, before in [("day", "2026-06-28", "2026-06-27"), ("week", "2026-06-22", "2026-06-15"), ("month", "2026-06", "上一期")]:
        page.click(f"[data-by={by}]")
        told = page.inner_text("#compared")
        for word in [last, before, "有提醒", "必改", "合格率", "优秀率", "致命差错率", "非致命差错率"]:
            assert word in told, (by, word, told)
        cut = page.evaluate("""() => { const box = document.querySelector('.chart').getBoundingClientRect();
            return [...document.querySelectorAll('.chart text')].filter((one) => { const own = one.getBoundingClientRect();
                return own.right > box.right + .5 || own.left < box.left - .5; }).map((one) => one.textContent); }""")
        assert not cut, cut
        page.locator("#trend").screenshot(path=HOME / f"trend-{by}.png")
    page.click("[data-by=week]")
    page.select_option("#trend select >> nth=1", "2026-06-08")
    assert "2026-06-01" in page.inner_text("#compared")
    page.select_option("#trend select >> nth=0", label="合格率")
    assert page.get_attribute(".chart", "aria-label") == "合格率"
    page.locator("#trend").screenshot(path=HOME / "trend-passed.png")
    text = page.inner_text("body")
    assert ".0\n" not in text and "在线客服质检评分表" in text and "…" not in page.inner_text("[data-rule]"), "figures and titles are whole"
    watched.calm()


def a_large_report_opens(browser, folder):
    size = (folder / "report.html").stat().st_size
    assert size < 20 << 20, size


def formulas_are_words(folder):
    import openpyxl

    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=False)
    names = [name for name in book.sheetnames if name != "投诉用词"]
    assert names == ["汇总", "规则", "日周月", "客服", "对话", "提醒", "承诺跟进表"], book.sheetnames
    for name in ["汇总", "规则", "日周月", "客服"]:
        assert book[name].freeze_panes == "A2" and book[name].auto_filter.ref, name
    for name in ["对话", "提醒", "承诺跟进表"]:
        sheet = book[name]
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref, name
        # As the format writes a carriage return; openpyxl leaves it so.
        found = {row[0].value.replace("_x000D_", "\r") for row in sheet.iter_rows(min_row=2)}
        assert found == set(FORMULAS), (name, set(FORMULAS) ^ found)
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds, name
    starts = {row[4].is_date for row in book["对话"].iter_rows(min_row=2)}
    assert starts == {True}, "times are times"


def figures_have_words(folder):
    """The workbook tells what it means without another file."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=False)
    cells = {row[0].value: row[1].value for row in book["汇总"].iter_rows(min_row=2)}
    for word in ["合格率", "优秀率", "致命差错率，疑似和已确认", "非致命差错率"]:
        value = cells[f"{word}（在线客服质检评分表）"]
        assert 0 <= value <= 1, (word, value)
    assert len(book["汇总"]._charts) == 2
    rules = {row[1].value: row[0].value for row in book["规则"].iter_rows(min_row=2)}
    assert rules["promise/vague-promise"] == "承诺没说几点", rules
    kinds = [row[0].value for row in book["日周月"].iter_rows(min_row=2)]
    assert kinds.count("日") == 28 and kinds.count("周") == 4 and kinds.count("月") == 1, kinds
    grades = {row[10].value for row in book["对话"].iter_rows(min_row=2)}
    assert grades <= {"优秀", "良好", "合格", "不合格"}, grades


def a_review_comes_back(program, folder):
    """Fills in the sheet as a reviewer does in a spreadsheet, and sees that the reports tell of it."""
    import openpyxl

    before = (folder / "report.html").read_bytes()
    book = openpyxl.load_workbook(folder / "review.xlsx")
    sheet = book.active
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert len(lists) == 3, lists
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for head, word in [("申诉", "是"), ("理由", "已说了时间"), ("复核人", "周宁"), ("复核结论", "撤销")]:
            sheet.cell(row, heads[head]).value = word
    book.save(folder / "back.xlsx")
    subprocess.run([program, "audit", "-o", folder, "--review", folder / "back.xlsx", "-q"], check=True, env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
    summary = json.loads((folder / "summary.json").read_bytes())
    told = summary["review"]
    assert told["decided"] == told["reviewed"] == sheet.max_row - 1, told
    assert told["successes"]["rate"] == 1 and summary["whole"]["flagged"]["hits"] == 0, told
    assert (folder / "report.html").read_bytes() != before
    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=False)
    assert "复核" in book.sheetnames, book.sheetnames
    reviewers = {row[10].value for row in book["提醒"].iter_rows(min_row=2) if row[9].value == "撤销"}
    assert reviewers == {"周宁"}, reviewers


def main():
    program = Path(sys.argv[1]).resolve()
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, CHROMIUM)))
    work = Path(tempfile.mkdtemp(dir=HOME))
    names = ["林晓", "王芳", "陈晨"]
    ordinary = audit(program, work / "ordinary", [
        conversation(number, "，电话13812345678" if number % 7 == 0 else "", names[number % 3], f"C-{number:04}") for number in range(90)
    ], "promise/*,duty/*")
    hostile = audit(program, work / "hostile", [
        conversation(number, payload, payload, f"{number}{payload}") for number, payload in enumerate(PAYLOADS)
    ])
    plain = audit(program, work / "plain", [
        conversation(number, tame(payload), f"n{number:03}", f"{number}-id") for number, payload in enumerate(PAYLOADS)
    ])
    formulas = audit(program, work / "formulas", [
        conversation(number, "", formula, formula) for number, formula in enumerate(FORMULAS)
    ])
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for check, places in [
            (from_summary_to_conversation, [browser, ordinary]),
            (nothing_can_be_injected, [browser, hostile, plain]),
            (periods_are_compared, [browser, ordinary]),
            (a_large_report_opens, [browser, ordinary]),
            (figures_have_words, [ordinary]),
            (a_review_comes_back, [program, ordinary]),
            (formulas_are_words, [formulas]),
        ]:
            check(*places)
            print("ok", check.__name__.replace("_", " "), flush=True)
        browser.close()
    shutil.rmtree(work)
    print(f"{len(PAYLOADS)} scripts and {len(FORMULAS)} formulas did nothing; pictures in {HOME}")


def cannot(reason):
    print(reason)
    sys.exit(77)


if __name__ == "__main__":
    if not any(map(shutil.which, CHROMIUM)):
        cannot("no Chromium; apt-get install chromium")
    try:
        python = environment()
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(HOME / "venv", ignore_errors=True)
        cannot(f"no Python environment: {error}")
    if Path(sys.prefix).resolve() != (HOME / "venv").resolve():
        sys.exit(subprocess.run([python, __file__, *sys.argv[1:]], env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}).returncode)
    main()
