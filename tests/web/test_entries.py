"""Kept answers: every form they have, and what a reader gets."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    kept = Kept(limit=30_000)
    for key in keys:
        assert kept.get(key, lambda key=key: Entry(bytes([65 + key]) * 1000, HTML)).body[0] == 65 + key
        assert kept.bytes <= kept.limit
