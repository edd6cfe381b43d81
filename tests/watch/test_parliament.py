"""Questions in Parliament through the real watcher: tabled, answered and read whole, on both engines."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from tests.conftest import FixedClock
from tests.watch.fakes import at_desk
from tests.watch.reading import spec_of
from tracker.db import Database
from tracker.watch.models import Sighting
from tracker.watch.poll import poll_once
from tracker.watch.schemas import Answer

ANSWER = "<p>" + "The pilot begins in seven areas. " * 20 + "</p><p>Kinship families will hear in April.</p>"
TABLED: dict[str, Any] = {
    "id": 1_912_345, "uin": "99083", "dateTabled": "2026-11-02T00:00:00", "heading": "Kinship Care",
    "questionText": "To ask when the kinship allowance pilot will begin.",
    "answeringBodyName": "Department for Education",
}  # fmt: skip


class Api:
    """Parliament's API with one question: its list cuts texts at 255 characters."""

    def __init__(self) -> None:
        self.question = TABLED

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = 0) -> Answer:
        told = self.question
        if "?" in url:
            cut = told | {"answerText": f"{told['answerText'][:252]}..."} if told.get("answerText") else told
            body: object = {"results": [{"value": cut}], "totalResults": 1}
        elif url.endswith("/1912345"):
            body = {"value": told, "links": []}
        else:
            return Answer(url=url, status=404, headers={}, body=b"")
        return Answer(url=url, status=200, headers={"content-type": "application/json"}, body=json.dumps(body).encode())


async def test_an_answer_is_a_version_whose_whole_text_is_asked_for(database: Database, clock: FixedClock) -> None:
    api = Api()
    desk = await at_desk(database, [spec_of("questions")], api, clock)
    await poll_once(desk)
    api.question = TABLED | {"answerText": ANSWER, "dateAnswered": "2026-11-20T00:00:00"}
    clock.move(timedelta(hours=1))
    await poll_once(desk)
    async with database.reading() as db:
        tabled, answered = (await db.exec(select(Sighting).order_by(col(Sighting.id)))).all()
    assert (tabled.baseline, tabled.note_is, answered.baseline) == (True, "none", False)
    assert tabled.item == answered.item
    assert (answered.version, answered.note_is, answered.note) == (
        "2026-11-20T00:00:00Z", "known", "The question was answered."
    )  # fmt: skip
    assert "Kinship families" not in answered.summary
    assert answered.text_digest is not None
