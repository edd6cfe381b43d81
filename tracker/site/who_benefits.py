"""The finder: a family's answers, asked one at a time and kept nowhere, and what they mean for it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from tracker.authorities.files import by_key
from tracker.authorities.schemas import Authority
from tracker.strategies.finder import Finder, Position, position
from tracker.strategies.pages import Frame
from tracker.strategies.pages.links import linker
from tracker.strategies.public import PublicRecord
from tracker.strategies.schemas import PlaceView
from tracker.strategies.views.announcements import all_places
from tracker.strategies.views.benefits import Section, benefits
from tracker.web.documents import Asked, Document, Rendering
from tracker.web.entries import HTML
from tracker.web.templates import Templates

PATH = "/who-benefits"
COUNCIL = "council"
UNKNOWN = "unknown"
"""The council of those who do not know it or would rather not say."""
ASKED = "asked"
"""Which question a form asked, so that sending it empty can be told from coming to it."""
EXIT = "https://www.bbc.co.uk/weather"
"""Where “Exit this page” leads: what GOV.UK uses, since nobody is surprised to see it."""
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}
UNANSWERED = 422


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One answer in the list of answers, with the address that asks it again."""

    question: str
    answer: str
    again: str


class WhoBenefits:
    """The finder of one strategy; it exists when the strategy's files hold questions."""

    def __init__(
        self, public: PublicRecord, *, templates: Templates, frame: Frame, authorities: Sequence[Authority]
    ) -> None:
        self._public = public
        self._templates = templates
        self._frame = frame
        self._authorities = authorities

    def documents(self) -> list[Document]:
        """The one address that asks and answers."""
        finder = self._public.strategy.finder
        if finder is None:
            return []
        filters = (*(question.key for question in finder.questions), COUNCIL, ASKED)
        return [
            Document(
                path=self._public.link(PATH),
                media_type=HTML,
                render=lambda asked: self._render(finder, asked),
                days=self._public.days,
                filters=filters,
                private=True,
            )
        ]

    def _render(self, finder: Finder, asked: Asked) -> bytes | Rendering:
        answers = {name: value for name, value in asked.filters.items() if name not in (ASKED, COUNCIL)}
        arrangements = [group.key for group in self._public.strategy.groups if group.kind == "arrangement"]
        at = position(finder, arrangements, answers)
        given = {name: value for name, value in asked.filters.items() if name != ASKED}
        council = asked.filters.get(COUNCIL)
        if at.next is not None:
            page = "question", {"question": at.next, "choices": at.choices, "field": at.next.key}
        elif finder.councils and not at.outside and council is None:
            page = "council", {"authorities": self._authorities, "field": COUNCIL}
        else:
            return Rendering(body=self._answer(finder, at, given, council, asked), headers=PRIVATE)
        field = str(page[1]["field"])
        missing = asked.filters.get(ASKED) == field and field not in answers
        given.pop(field, None)
        body = self._page(page[0], finder, at, given, asked, error=missing, **page[1])
        return Rendering(body=body, status=UNANSWERED if missing else 200, headers=PRIVATE) if asked.filters else body

    def _answer(
        self, finder: Finder, at: Position, given: Mapping[str, str], council: str | None, asked: Asked
    ) -> bytes:
        authority = by_key(self._authorities, council) if council and council != UNKNOWN else None
        strategy = self._public.strategy
        current = self._public.at(asked.on, asked.known_at)
        found = benefits(strategy, current, at.possible, council=authority.name if authority else None)
        return self._page(
            "outside" if at.outside else "answer",
            finder,
            at,
            given,
            asked,
            authority=authority,
            places=self._places(authority, asked),
            sections={section.value: [item for item in found if item.section is section] for section in Section},
            late=[item for item in found if item.late and item.section not in (Section.NOT, Section.LATE)],
            groups=[group for group in strategy.groups if group.key in at.possible],
            advice=[item for item in finder.advice if not item.groups or set(item.groups) & set(at.possible)],
            documents={document.key: document for document in strategy.documents},
        )

    def _places(self, authority: Authority | None, asked: Asked) -> tuple[PlaceView, ...]:
        """What the area of an authority takes part in, as the record has it."""
        current = self._public.at(asked.on, asked.known_at)
        found = all_places(self._public.strategy, current)
        return tuple(place for place in found if authority and place.name == authority.name)

    def _page(
        self, template: str, finder: Finder, at: Position, given: Mapping[str, str], asked: Asked, **values: Any
    ) -> bytes:
        address = self._public.link(PATH)
        site = msgspec.structs.replace(self._frame(self._public, address, asked), filters=tuple(given.items()))
        return self._templates.render(
            f"site/who_benefits/{template}.html",
            site=site,
            strategy=self._public.strategy,
            link=linker(self._public, asked),
            current=self._public.at(asked.on, asked.known_at),
            finder=finder,
            address=address,
            proofs=lambda keys: [self._public.strategy.evidence[key] for key in keys],
            exit=EXIT,
            unknown=UNKNOWN,
            given=given,
            lines=self._lines(at, asked, values.get("authority")),
            **{"error": False, "authority": None, **values},
        )

    def _lines(self, at: Position, asked: Asked, authority: Authority | None) -> list[Line]:
        """What was answered so far, each with the way back to its question; the other answers are kept."""
        answered = [(item.question.key, item.question.short, item.choice.text) for item in at.given]
        if COUNCIL in asked.filters and not at.outside and at.next is None:
            answered.append((COUNCIL, "Council", authority.name if authority else "Not given"))
        days = [(name, day) for name, day in (("as_at", asked.on), ("known_at", asked.known_at)) if day != asked.today]
        kept = [(name, value) for name, value in asked.filters.items() if name != ASKED]
        lines = []
        for key, question, answer in answered:
            query = urlencode([*((name, value) for name, value in kept if name != key), *days])
            lines.append(Line(question=question, answer=answer, again=f"{self._public.link(PATH)}?{query}".rstrip("?")))
        return lines
