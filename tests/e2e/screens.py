"""Pictures of the demo's pages for the docs: `make screens` loads a demo and takes them at 375 and 1280 px."""

from __future__ import annotations

import io
import logging
import sys
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from fund import create_app
from tests import factories

PAGES: dict[str, tuple[str | None, str]] = {
    "home": (None, "/"),
    "round": (None, "/rounds/round-2"),
    "result": (None, "/rounds/round-1/results"),
    "money": (None, "/money"),
    "award": (None, "/awards/1"),
    "charter": (None, "/charter"),
    "ballot": ("Rosa Marín", "/rounds/round-2/ballot"),
    "apply": (None, "/apply/round-3"),
    "steward": ("Imani Walker", "/steward"),
    "treasury": ("Ruth Ansel", "/treasury"),
}
"""Name of the picture: who looks (None: anybody), and at what."""
WIDTHS = (375, 1280)
TALLEST = 2600
COLOURS = 64


def take(folder: Path) -> list[Path]:
    """Take every picture of the demo in FUND_HOME; gives their paths."""
    chromium = factories.chromium()
    if chromium is None:
        sys.exit("Chromium is not installed.")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://localhost:{server.server_port}"
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=factories.CHROMIUM_ARGUMENTS)
        for name, (who, path) in PAGES.items():
            for width in WIDTHS:
                page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
                become(page, base, who)
                answer = page.goto(base + path)
                assert answer is not None
                assert answer.status == 200, f"{path} answered {answer.status}"
                taken.append(kept(page, folder / f"{name}-{width}.png"))
        browser.close()
    server.shutdown()
    return taken


def become(page: Page, base: str, who: str | None) -> None:
    """Be somebody by the demo's bar."""
    if who is not None:
        page.goto(base)
        page.locator(".demo-bar summary").click()
        page.locator(".demo-bar").get_by_role("button", name=who).click()
        page.wait_for_load_state()


def kept(page: Page, path: Path) -> Path:
    """Save a picture of the page, cut at a sensible height and in few colours, so that the docs stay small."""
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    cut = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    cut.quantize(COLOURS).save(path, optimize=True)
    return path


if __name__ == "__main__":
    for made in take(Path(sys.argv[1])):
        print(made)
