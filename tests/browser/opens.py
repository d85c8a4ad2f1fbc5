"""Times how long a browser takes to show a report: from the start of the navigation until its list of conversations is drawn.

    python3 tests/browser/opens.py out/report.html

Prints the median of five openings, in seconds. Uses the environment of run.py beside it.
"""

import os
import shutil
import statistics
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import run  # noqa: E402

TIMES = 5
DRAWN = "() => document.querySelector('[data-conversation]') && performance.now()"


def main():
    from playwright.sync_api import sync_playwright

    page = Path(sys.argv[1]).resolve().as_uri()
    seconds = []
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, run.CHROMIUM)))
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for _ in range(TIMES):
            tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            tab.goto(page)
            while not (milliseconds := tab.evaluate(DRAWN)):
                tab.wait_for_timeout(5)
            seconds.append(milliseconds / 1000)
            tab.context.close()
        browser.close()
    print(f"{statistics.median(seconds):.2f}")


if __name__ == "__main__":
    if not any(map(shutil.which, run.CHROMIUM)):
        run.cannot("no Chromium")
    python = run.environment()
    if Path(sys.prefix).resolve() != (run.HOME / "venv").resolve():
        os.execv(python, [str(python), __file__, *sys.argv[1:]])
    main()
