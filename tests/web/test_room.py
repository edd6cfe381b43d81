"""Room for large forms: whoever comes when it is full waits for a place, or hears that there is none."""

import asyncio

import pytest

from tracker.errors import Busy
from tracker.web.room import ROOM, Room


class Held:
    """An application that takes room and keeps it until it is told to answer."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.answer = {name: asyncio.Event() for name in "abc"}

    async def __call__(self, scope: dict[str, str], _receive: object, _send: object) -> None:
        await scope[ROOM]()  # type: ignore[operator]  # what `Room` put there
        self.inside.append(scope["name"])
        await self.answer[scope["name"]].wait()
        raise ConnectionError


async def settled() -> None:
    for _ in range(9):
        await asyncio.sleep(0)


async def test_a_place_is_taken_until_the_answer_and_given_back_whatever_comes_of_it() -> None:
    held = Held()
    room = Room(held, most=2)
    asking = [asyncio.create_task(room({"name": name}, None, None)) for name in "abc"]
    await settled()
    assert held.inside == ["a", "b"]
    held.answer["a"].set()
    await settled()
    assert held.inside == ["a", "b", "c"]
    for event in held.answer.values():
        event.set()
    assert {type(error) for error in await asyncio.gather(*asking, return_exceptions=True)} == {ConnectionError}


async def test_who_waits_too_long_hears_that_it_is_full() -> None:
    held = Held()
    room = Room(held, most=1, patience=0)
    first = asyncio.create_task(room({"name": "a"}, None, None))
    await settled()
    with pytest.raises(Busy, match="nothing of yours was saved"):
        await room({"name": "b"}, None, None)
    first.cancel()
