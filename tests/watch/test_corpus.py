"""feedparser's own feeds, whole and broken, through the real watcher: none stops it, each is accounted for."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from tests.conftest import CORPUS, FixedClock
from tests.watch.fakes import at_desk
from tracker.db import Database
from tracker.watch.models import Sighting, Source
from tracker.watch.poll import poll_once
from tracker.watch.schemas import Answer, Spec

HOST = "https://corpus.example.org"
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file())
OUR_FAULT = ("could not be read", "could not be compared", "could not be asked")
"""How it begins what is no fault of a feed."""


class Shelf:
    """Answers with the files of the corpus, by their number."""

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = 0) -> Answer:
        name = url.rpartition("/")[2]
        if name == "robots.txt":
            return Answer(url=url, status=404, headers={}, body=b"")
        kind = {"content-type": "application/xml"}
        return Answer(url=url, status=200, headers=kind, body=FILES[int(name)].read_bytes())


def _spec(number: int) -> Spec:
    url = f"{HOST}/{number}"
    return Spec(
        key=f"corpus-{number}", kind="feed", title=FILES[number].name, publisher="Somebody", url=url, link=url,
        host=HOST, every=timedelta(hours=1), base=HOST,
    )  # fmt: skip


@pytest.mark.skipif(not FILES, reason="feedparser's own feeds are not there: make corpus fetches them")
async def test_every_file_is_read_or_refused_in_words(
    empty_database: Database, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    polled = await poll_once(await at_desk(empty_database, [_spec(n) for n in range(len(FILES))], Shelf(), clock))
    async with empty_database.reading() as db:
        rows = (await db.exec(select(Source))).all()
        showing = set((await db.exec(select(Sighting.source).distinct())).all())
        sightings = (await db.exec(select(func.count(col(Sighting.id))))).one()
    refused = Counter(row.trouble or "" for row in rows if row.read_at is None)
    read = [row for row in rows if row.read_at]
    with capsys.disabled():
        print(f"\n{len(rows)} files: {len(read)} read, {len(showing)} with {sightings} entries that are new;")
        print(f"{refused.total()} refused:\n" + "\n".join(f"  {count} {said}" for said, count in refused.most_common()))
    assert len(FILES) > 2_000
    assert (polled.read, polled.failed) == (len(read), refused.total())
    assert len(read) + refused.total() == len(FILES)
    assert "" not in refused
    assert not [said for said in refused if any(words in said for words in OUR_FAULT)]
    # Most of them are one element in a feed without entries; broken ones of these leave nothing to be read.
    assert len(read) > 1_900
    assert len(showing) > 500
