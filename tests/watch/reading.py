"""Specs and answers for tests of how kinds read."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import DATA
from tracker.watch.kinds import KINDS
from tracker.watch.schemas import Answer, Reading, Spec
from tracker.watch.sources import read_sources

GOVUK = DATA / "govuk"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
COMMON = 'title = "A source"\npublisher = "A publisher"\n'
FILES = {
    "finder": 'finder = "/search/guidance-and-regulation"',
    "organisation": 'feed = "/government/organisations/department-for-education.atom"',
    "search": '[filters]\nfilter_organisations = "department-for-education"',
    "content": 'pages = ["/government/publications/a"]',
    "feed": 'url = "https://blog.example.org/feed/"\nlink = "https://blog.example.org/"',
    "questions": '[search]\nsearchTerm = "kinship"',
    "statements": '[search]\nsearchTerm = "kinship"',
    "legislation": 'feed = "/changes/affected/ukpga/1989/41/data.feed"',
    "page": 'within = "main"\nwithout = ["aside", "#related"]\n'
    '[[pages]]\nurl = "https://charity.example.org/views"\ntitle = "Views"',
}


def spec_of(kind: str, more: str | None = None) -> Spec:
    """A spec as a file of this kind makes it."""
    with TemporaryDirectory() as folder:
        text = f'kind = "{kind}"\n{COMMON}{FILES[kind] if more is None else more}\n'
        Path(folder, "example.toml").write_text(text, encoding="utf-8")
        return read_sources(Path(folder))[0]


def read(
    kind: str, body: bytes | str, *, status: int = 200, type: str = ATOM, url: str = "", spec: Spec | None = None
) -> Reading:
    """What a kind reads in a body."""
    spec = spec or spec_of(kind)
    sent = body.encode() if isinstance(body, str) else body
    answer = Answer(url=url or spec.url, status=status, headers={"content-type": type}, body=sent)
    return KINDS[kind].read(spec, answer)


def sample(name: str) -> bytes:
    """A sample as it came; what others wrapped is unwrapped."""
    body = (GOVUK / name).read_bytes()
    return json.dumps(json.loads(body)["metadata"]).encode() if "/okf/" in name else body
