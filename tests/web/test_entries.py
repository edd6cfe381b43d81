"""Kept answers: every form they have, and what a reader gets."""

import asyncio
import gzip
import time

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Busy, Invalid
from tracker.web.entries import HTML, Entry
from tracker.web.snapshot import Kept

PAGE = b"<p>Kinship carers are often a lifeline.</p>" * 60


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        (b"", None),
        (b"identity", None),
        (b"gzip", b"gzip"),
        (b"gzip, deflate, br", b"br"),
        (b"br;q=0, gzip", b"gzip"),
        (b"br;q=0,gzip;q=0.0", None),
        (b"brotli", None),
    ],
)
def test_a_reader_gets_the_best_form_it_accepts(accepts: bytes, coding: bytes | None) -> None:
    answer = Entry(PAGE, HTML).answer(accepts, b"")
    unpack = {None: bytes, b"gzip": gzip.decompress, b"br": brotli.decompress}[coding]
    assert dict(answer.headers).get(b"content-encoding") == coding
    assert unpack(answer.body) == PAGE
    assert dict(answer.headers)[b"content-length"] == str(len(answer.body)).encode()


def test_each_form_has_its_own_validator_and_changes_with_the_bytes() -> None:
    one, other = Entry(PAGE, HTML), Entry(PAGE + b".", HTML)
    tags = {dict(entry.answer(form, b"").headers)[b"etag"] for entry in (one, other) for form in (b"", b"gzip", b"br")}
    assert len(tags) == 6


@pytest.mark.parametrize("given_tag", ["{}", "W/{}", '"x", {}', "*"])
def test_a_reader_that_has_the_page_gets_no_bytes(given_tag: str) -> None:
    entry = Entry(PAGE, HTML)
    tag = dict(entry.answer(b"br", b"").headers)[b"etag"].decode()
    answer = entry.answer(b"br", given_tag.format(tag).encode())
    assert (answer.status, answer.body) == (304, b"")
    assert b"content-length" not in dict(answer.headers)


def test_an_error_is_never_kept_by_a_reader() -> None:
    entry = Entry(PAGE, HTML, status=404)
    tag = dict(entry.answer(b"", b"").headers)[b"etag"]
    answer = entry.answer(b"", tag)
    assert (answer.status, dict(answer.headers)[b"cache-control"]) == (404, b"no-store")


@given(st.lists(st.integers(0, 40), max_size=200))
def test_pages_with_parameters_never_take_more_than_their_share(keys: list[int]) -> None:
    async def ask() -> None:
        kept = Kept(limit=30_000)
        for key in keys:
            entry = await kept.get(key, lambda key=key: Entry(bytes([65 + key]) * 1000, HTML))
            assert entry.body[0] == 65 + key
            assert kept.bytes <= kept.limit

    asyncio.run(ask())


async def test_a_page_asked_for_by_many_at_once_is_made_once() -> None:
    made: list[int] = []

    def make() -> Entry:
        made.append(1)
        time.sleep(0.02)
        return Entry(PAGE, HTML)

    kept = Kept()
    entries = await asyncio.gather(*(kept.get("page", make) for _ in range(20)))
    assert (len(made), len(set(map(id, entries)))) == (1, 1)


async def test_who_asks_for_one_page_too_many_is_asked_to_come_back_and_the_others_get_theirs() -> None:
    kept = Kept(waiting=4)

    def make() -> Entry:
        time.sleep(0.01)
        return Entry(PAGE, HTML)

    answers = await asyncio.gather(*(kept.get(key, make) for key in range(6)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Entry] * 4 + [Busy] * 2
    assert isinstance(await kept.get(5, make), Entry)


async def test_a_page_that_cannot_be_made_is_tried_again_for_the_next_reader() -> None:
    kept = Kept()
    with pytest.raises(Invalid):
        await kept.get("page", lambda: (_ for _ in ()).throw(Invalid("no")))
    assert isinstance(await kept.get("page", lambda: Entry(PAGE, HTML)), Entry)
