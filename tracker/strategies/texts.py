"""Every text that differs between two structures, by where it stands. Pure."""

from collections.abc import Iterable

from tracker.strategies.facts import Difference


def differences(old: object, new: object) -> list[Difference]:
    """Every text that differs between two structures, by where it stands."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    return [
        Difference(where, before.get(where), after.get(where))
        for where in sorted(before.keys() | after.keys())
        if before.get(where) != after.get(where)
    ]


def _leaves(value: object, where: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for key in value:
            yield from _leaves(value[key], f"{where}/{key}" if where else key)
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _leaves(item, f"{where}/{_name(item, number)}")
    elif value is not None:
        yield where, str(value)


def _name(item: object, position: int) -> str:
    """What an item of a list is called: its own number or key where it has one, so that order does not matter."""
    if isinstance(item, dict):
        return str(item.get("number") or item.get("key") or position)
    return str(position)
