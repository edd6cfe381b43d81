"""Looks at pages of a running server as people meet them: axe, no sideways scrolling at 320 px, valid HTML, pictures.

`python -m tests.browser.check http://127.0.0.1:8000/ http://127.0.0.1:8000/timeline [--pictures FOLDER]`
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.browser.sending import Sent, send

MODULES = Path(__file__).parents[2] / "deploy" / "assets" / "node_modules"
WIDTHS = (1280, 320)
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
BY_PLACE = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
"""What axe finds by where things stand. All else is of the document, which is the same in every width: nothing but
empty cells is hidden in one."""
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Else each new visitor starts a renderer for the browser's own toolbar.
    "--disable-features=PreloadTopChromeWebUI,WebUIReloadButton,InitialWebUI",
)

OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 0.5);
  return [`the page is ${document.documentElement.scrollWidth} px wide`,
    ...wide.slice(-5).map(e => e.outerHTML.slice(0, 120))];
}"""

NOT_OWN = """() => [
  ...document.querySelectorAll('[style], style, script:not([type="application/ld+json"])')
].map(e => e.outerHTML.slice(0, 120))"""


Where = str | Sent
"""A path, or what a form there leads to."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with one page; `width` is None where it does not depend on one."""

    page: str
    check: str
    text: str
    where: str = ""
    width: int | None = None

    def __str__(self) -> str:
        at = f" at {self.width} px" if self.width else ""
        return f"{self.page}{at}: {self.check}: {self.text}" + (f"\n    {self.where}" if self.where else "")


@dataclass
class Report:
    """What was found; the pages are fine when there are no problems."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    pages: int = 0

    def __str__(self) -> str:
        lines = [f"warning: {warning}" for warning in self.warnings] + [str(problem) for problem in self.problems]
        return "\n".join([*lines, f"{self.pages} pages: {len(self.problems)} problems, {len(self.warnings)} warnings"])


def check_site(
    base: str, wheres: Iterable[Where], *, cookies: Sequence[Any] = (), statuses: Sequence[int] = (200,)
) -> Report:
    """Everything that can be checked of these pages, in this order; `cookies` (Playwright's dicts) sign somebody in.

    `statuses` are for paths; what a form leads to says itself how it answers.
    """
    report = Report()
    sources: dict[str, bytes] = {}
    with open_browser() as browser, open_page(browser, WIDTHS[0], cookies, scripts=True) as reader:
        for where in wheres:
            # Numbered, because the same form may be sent in vain, and then well.
            name = f"{where}" if f"{where}" not in sources else f"{where} ({report.pages})"
            if isinstance(where, Sent):
                # A visitor of its own: what it sends may end the session, or begin another.
                with open_page(browser, WIDTHS[0], cookies, scripts=True) as sender:
                    problems, sources[name] = _visit(sender, base, where, (where.status,))
            else:
                problems, sources[name] = _visit(reader, base, where, statuses)
            report.problems += problems
            report.pages += 1
    for problem, is_error in validate(sources):
        (report.problems if is_error else report.warnings).append(problem)
    return report


def take_pictures(base: str, paths: Iterable[str], folder: Path, *, cookies: Sequence[Any] = ()) -> list[Path]:
    """Whole-page PNGs of each page at each width, to be looked at by a person."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    with open_browser() as browser:
        for path in paths:
            for width in WIDTHS:
                picture = folder / f"{_file_name(path)}-{width}.png"
                with open_page(browser, width, cookies, scripts=False) as page:
                    page.goto(urljoin(base, path))
                    page.screenshot(path=picture, full_page=True)
                pictures.append(picture)
    return pictures


def validate(sources: dict[str, bytes]) -> list[tuple[Problem, bool]]:
    """What the Nu validator says of each page, and whether it is an error; one Java process for all of them."""
    if not sources:
        return []
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (path, source) in enumerate(sources.items()):
            file = Path(folder) / f"{number}.html"
            file.write_bytes(source)
            names[file.name] = path
        command = [
            "java",
            "-XX:TieredStopAtLevel=1",
            "-Xss2m",
            "-Djava.awt.headless=true",
            "-jar",
            _vnu(),
            "--format",
            "json",
            "--stdout",
            *(str(file) for file in sorted(Path(folder).iterdir())),
        ]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    if not answer.stdout:
        raise RuntimeError(f"The HTML validator gave no answer: {answer.stderr[-500:]}")
    return [_from_validator(message, names) for message in json.loads(answer.stdout)["messages"]]


def missing_tools() -> list[str]:
    """What has to be installed before pages can be checked; empty when all is there."""
    needed = {
        "chromium": _chromium(),
        "axe-core (npm ci in deploy/assets)": _axe(),
        "vnu-jar (npm ci in deploy/assets)": _vnu(),
    }
    return [name for name, path in needed.items() if not Path(path).exists()] + (
        [] if shutil.which("java") else ["java"]
    )


def _visit(page: Page, base: str, where: Where, statuses: Sequence[int]) -> tuple[list[Problem], bytes]:
    """The problems of one page, looked at in each width, and its source."""
    name = f"{where}"
    with _noting(page, base) as fetched:
        response = page.goto(urljoin(base, where)) if isinstance(where, str) else send(page, base, where)
    assert response is not None, f"{name} answered nothing"
    problems = [Problem(page=name, check=check, text=text) for check, text in fetched.problems]
    if response.status not in statuses:
        problems.append(Problem(page=name, check="status", text=f"answered {response.status}"))
    problems += [Problem(page=name, check="own style or script", text=text) for text in page.evaluate(NOT_OWN)]
    page.evaluate(Path(_axe()).read_text(encoding="utf-8"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        problems += _in_this_width(page, name, width)
    return problems, response.body()


def _in_this_width(page: Page, path: str, width: int) -> list[Problem]:
    """Overflow with everything folded and unfolded; axe with everything unfolded."""
    texts = list(page.evaluate(OVERFLOW))
    page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
    texts += [text for text in page.evaluate(OVERFLOW) if text not in texts]
    found = [("overflow", text, "") for text in texts] + _axe_findings(page, whole=width == WIDTHS[0])
    page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = false; })")
    return [Problem(page=path, check=check, text=text, where=where, width=width) for check, text, where in found]


@dataclass
class _Fetched:
    """What loading a page asked for that it should not have, or did not get."""

    base: str
    problems: list[tuple[str, str]] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https") and asked.netloc != urlsplit(self.base).netloc:
            self.problems.append(("request to another site", request.url))

    def note_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.problems.append(("not found", f"{response.status} {response.url}"))

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(("console", message.text))


@contextmanager
def _noting(page: Page, base: str) -> Iterator[_Fetched]:
    """Notes what is asked for meanwhile."""
    fetched = _Fetched(base)
    noters = {"request": fetched.note_request, "response": fetched.note_response, "console": fetched.note_console}
    for name, note in noters.items():
        page.on(name, note)
    try:
        yield fetched
    finally:
        for name, note in noters.items():
            page.remove_listener(name, note)


def _axe_findings(page: Page, *, whole: bool) -> list[tuple[str, str, str]]:
    """What axe finds, or of it only what depends on where things stand."""
    only = {"type": "tag", "values": list(TAGS)} if whole else {"type": "rule", "values": list(BY_PLACE)}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    violations = page.evaluate("options => axe.run(document, options).then(r => r.violations)", options)
    return [
        (
            f"axe {violation['id']}",
            violation["help"],
            f"{node['html'][:200]} — {' '.join(node['failureSummary'].split())}",
        )
        for violation in violations
        for node in violation["nodes"]
    ]


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(CHROMIUM_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(browser: Browser, width: int, cookies: Sequence[Any], *, scripts: bool) -> Iterator[Page]:
    """A fresh visitor. Scripting is on for axe, which needs timers; that pages bring none is a check of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    try:
        if cookies:
            context.add_cookies(list(cookies))
        yield context.new_page()
    finally:
        context.close()


def _from_validator(message: dict[str, Any], names: dict[str, str]) -> tuple[Problem, bool]:
    page = names.get(Path(urlsplit(message.get("url", "")).path).name, "?")
    where = f"line {message.get('lastLine', '?')}: {' '.join(message.get('extract', '').split())}"
    return Problem(page=page, check="html", text=message["message"], where=where), message["type"] != "info"


def _file_name(path: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in path).strip("-") or "home"


def _chromium() -> str:
    return os.environ.get("TRACKER_TEST_CHROMIUM", "/usr/bin/chromium")


def _axe() -> str:
    return os.environ.get("TRACKER_TEST_AXE", str(MODULES / "axe-core" / "axe.min.js"))


def _vnu() -> str:
    return os.environ.get("TRACKER_TEST_VNU", str(MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the pages named and print what was found; 1 when there is a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--pictures", type=Path, help="also write whole-page PNGs into this folder")
    options = parser.parse_args(arguments)
    if missing := missing_tools():
        sys.stdout.write(f"Not installed: {', '.join(missing)}\n")
        return 2
    report = check_site(options.urls[0], options.urls)
    if options.pictures:
        take_pictures(options.urls[0], options.urls, options.pictures)
    sys.stdout.write(f"{report}\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
