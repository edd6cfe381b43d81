"""Written questions in Parliament: tabled, answered, corrected, each in place of what was there before."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

import msgspec

from tracker.watch import identity
from tracker.watch.kinds import common, parliament
from tracker.watch.kinds.as_json import ACCEPT, read_json
from tracker.watch.plain import LONGEST_SUMMARY, LONGEST_TITLE, plain
from tracker.watch.schemas import Answer, Found, Reading, Spec, Unreadable
from tracker.watch.text import normalised

PATH = "/api/writtenquestions/questions"


class QuestionsFile(parliament.ParliamentFile, frozen=True, kw_only=True, tag="questions"):
    """Like searchTerm, answeringBodies, tabledWhenFrom."""

    def specs(self, key: str) -> Iterable[Spec]:
        return self.listed(key, PATH, "written-questions")


class Question(msgspec.Struct, rename="camel"):
    id: int
    uin: str | None = None
    date_tabled: str | None = None
    question_text: str | None = None
    answer_text: str | None = None
    date_holding_answer: str | None = None
    date_answered: str | None = None
    date_answer_corrected: str | None = None
    heading: str | None = None
    answering_body_name: str | None = None
    is_withdrawn: bool | None = None


def read(spec: Spec, answer: Answer) -> Reading:
    """The questions of one window; each answer is a version of its question, of the day it was given."""
    return parliament.read_list(spec, answer, parliament.Results[Question], _listed)


def note(spec: Spec, answer: Answer) -> Found:
    """One question whole, where the list cut it."""
    question = read_json(answer, parliament.Result[Question]).value
    found = _found(spec, question)
    if found is None:
        raise Unreadable("it is a question without a number or a day")
    return msgspec.structs.replace(found, text=normalised(f"<h1>{escape(found.title)}</h1>{_texts(question)}"))


def _listed(spec: Spec, question: Question) -> Found | None:
    found = _found(spec, question)
    if found is None or not parliament.is_cut(question.question_text, question.answer_text):
        return found
    whole = f"{spec.base}{PATH}/{question.id}"
    return msgspec.structs.replace(found, note=None, note_is="awaited", note_url=whole, history=())


def _found(spec: Spec, question: Question) -> Found | None:
    tabled = parliament.day(question.date_tabled)
    if not question.uin or tabled is None:
        return None
    url = f"{parliament.READERS}/written-questions/detail/{(question.date_tabled or '')[:10]}/{question.uin}"
    history = _history(question)
    when, said = history[-1] if history else (tabled, None)
    return Found(
        item=identity.canonical(url),
        url=url,
        title=plain(f"{question.heading or 'Written question'} (written question {question.uin})", most=LONGEST_TITLE),
        summary=plain(_texts(question), marked_up=True, most=LONGEST_SUMMARY),
        publisher=plain(question.answering_body_name or "") or spec.publisher,
        document_type="written_question",
        published_at=when,
        first_published_at=tabled,
        note=said,
        note_is="known" if said else "none",
        history=history,
        withdrawn=bool(question.is_withdrawn),
    )


def _history(question: Question) -> tuple[tuple[datetime, str], ...]:
    """What was done with it and when, as Parliament says it of each question."""
    days = {
        question.date_holding_answer: "A holding answer was given.",
        question.date_answered: "The question was answered.",
        question.date_answer_corrected: "The answer was corrected.",
    }
    told = [(parliament.day(when), said) for when, said in days.items()]
    return tuple(sorted((when, said) for when, said in told if when))


def _texts(question: Question) -> str:
    return "\n".join(f"<p>{text}</p>" for text in (question.question_text, question.answer_text) if text)


KIND = common.Kind(
    file=QuestionsFile, read=read, accept=ACCEPT, most_bytes=8 * common.MEGABYTE, note=note, notes_at=f"{PATH}/"
)
