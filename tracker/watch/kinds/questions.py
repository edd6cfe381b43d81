"""Written questions in Parliament: tabled, answered, corrected, each in place of what was there before."""

from collections.abc import Iterable

import msgspec

from tracker.watch import identity
from tracker.watch.kinds import common, parliament
from tracker.watch.kinds.as_json import ACCEPT
from tracker.watch.plain import LONGEST_SUMMARY, LONGEST_TITLE, plain
from tracker.watch.schemas import Answer, Found, Reading, Spec

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
    return parliament.read_list(spec, answer, parliament.Results[Question], _found)


def _found(spec: Spec, question: Question) -> Found | None:
    tabled = parliament.day(question.date_tabled)
    if not question.uin or tabled is None:
        return None
    later = (question.date_holding_answer, question.date_answered, question.date_answer_corrected)
    url = f"{parliament.READERS}/written-questions/detail/{(question.date_tabled or '')[:10]}/{question.uin}"
    texts = (question.question_text, question.answer_text)
    return Found(
        item=identity.canonical(url),
        url=url,
        title=plain(f"{question.heading or 'Written question'} (written question {question.uin})", most=LONGEST_TITLE),
        summary=plain(" ".join(text for text in texts if text), marked_up=True, most=LONGEST_SUMMARY),
        publisher=plain(question.answering_body_name or "") or spec.publisher,
        document_type="written_question",
        published_at=max((when for when in map(parliament.day, later) if when), default=tabled),
        first_published_at=tabled,
        withdrawn=bool(question.is_withdrawn),
    )


KIND = common.Kind(file=QuestionsFile, read=read, accept=ACCEPT, most_bytes=8 * common.MEGABYTE)
