"""The public side of the benchmark: what is asked, as a page and as files, and the terms for authorities."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from tracker.benchmark.office.blank import blank_set
from tracker.benchmark.office.documents import DOCX
from tracker.benchmark.questions import newest_edition, questions, rounds
from tracker.benchmark.schemas import LEVELS, Criterion, Edition, Line
from tracker.benchmark.words import (
    ARRANGEMENT_WORDS,
    BASIS_MEANS,
    BASIS_WORDS,
    DUTY_NOT_SHOWN,
    LEVEL_WORDS,
    SURE_WORDS,
    asked_of,
)
from tracker.settings import Settings
from tracker.strategies.pages import Frame
from tracker.strategies.public import PublicRecord
from tracker.web.documents import Asked, Document
from tracker.web.entries import HTML, JSON
from tracker.web.templates import Templates

QUESTIONS = "/benchmark/questions"
TERMS = "/benchmark/terms"
NEXT_STEP = (
    "To benchmark the kinship services within Slough Children First against the strategy and develop an action plan to "
    "address any developments needed."
)
"""What Slough Children First wrote, word for word: one sentence, with its name, and nothing else of its document."""
WORDS: dict[str, Any] = {
    "levels": LEVELS,
    "level_words": LEVEL_WORDS,
    "basis_words": BASIS_WORDS,
    "basis_means": BASIS_MEANS,
    "sure_words": SURE_WORDS,
    "arrangement_words": ARRANGEMENT_WORDS,
    "duty_not_shown": DUTY_NOT_SHOWN,
    "asked_of": asked_of,
}


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One line with what is asked in it."""

    line: Line
    criteria: tuple[Criterion, ...]


class BenchmarkPages:
    """The documents of the benchmark that everybody can read."""

    def __init__(self, public: PublicRecord, *, templates: Templates, frame: Frame, settings: Settings) -> None:
        self._public = public
        self._templates = templates
        self._frame = frame
        self._settings = settings

    def documents(self) -> list[Document]:
        """The page of questions, the same as JSON and as a blank Word document, and the terms."""
        attachment = {"content-disposition": 'attachment; filename="kinship-care-benchmark-questions.docx"'}
        return [
            self._document(QUESTIONS, HTML, self._questions),
            self._document(f"{QUESTIONS}.json", JSON, lambda asked: as_json(newest_edition(asked.today)), later=True),
            self._document(f"{QUESTIONS}.docx", DOCX, self._blank, later=True, headers=attachment),
            self._document(TERMS, HTML, self._terms),
        ]

    def _document(self, path: str, media_type: str, render: Any, **more: Any) -> Document:
        days = self._public.days
        return Document(path=path, media_type=media_type, render=render, days=days, takes_days=False, **more)

    def _questions(self, asked: Asked) -> bytes:
        edition = newest_edition(asked.today)
        lines = asked_by_line(edition)
        return self._page(
            "site/benchmark_questions.html",
            QUESTIONS,
            asked,
            edition=edition,
            blocks=(
                ("announcements", "The 18 announcements", [item for item in lines if item.line.announcement]),
                ("offer", "The kinship local offer", [item for item in lines if not item.line.announcement]),
            ),
            slough=NEXT_STEP,
            count=sum(len(item.criteria) for item in lines),
            **WORDS,
        )

    def _terms(self, asked: Asked) -> bytes:
        return self._page("site/benchmark_terms.html", TERMS, asked, rounds=rounds())

    def _blank(self, asked: Asked) -> bytes:
        address = f"{self._settings.public_url}{QUESTIONS}"
        return _blank(newest_edition(asked.today).key, self._settings.operator, address)

    def _page(self, template: str, path: str, asked: Asked, **given: Any) -> bytes:
        frame = self._frame(self._public, path, asked)
        return self._templates.render(
            template, site=frame, strategy=self._public.strategy, link=self._public.link, **given
        )


def asked_by_line(edition: Edition) -> tuple[Asking, ...]:
    """The questions of an edition under their lines."""
    criteria: Sequence[Criterion] = questions().criteria_of(edition.key)
    return tuple(
        Asking(line=line, criteria=tuple(item for item in criteria if item.line == line.key))
        for line in questions().lines
    )


def as_json(edition: Edition) -> bytes:
    """The questions of an edition as JSON, with the words for levels and bases."""
    told = {
        "edition": edition.key,
        "since": edition.since,
        "levels": LEVEL_WORDS,
        "bases": BASIS_WORDS,
        "lines": [
            {"key": item.line.key, "title": item.line.title, "questions": item.criteria}
            for item in asked_by_line(edition)
        ],
    }
    return msgspec.json.encode(told)


@cache
def _blank(edition: str, operator: str, address: str) -> bytes:
    """Made once: it takes a second, and only a new edition changes it."""
    found = next(item for item in questions().editions if item.key == edition)
    return blank_set(questions(), found, operator=operator, address=address)
