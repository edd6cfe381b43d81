"""The API's description, exact for today: it says which days the record can be asked about."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from tracker.web.documents import Days

DAYS = ("as_at", "known_at", "since", "until")
"""Parameters that are a day of the record, wherever an address has them."""


def exact(schema: Mapping[str, Any], days: Days) -> dict[str, Any]:
    """The description with the range of days as a pattern: JSON Schema has no range for dates."""
    described: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(schema))
    for operations in described["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
                if parameter["name"] in DAYS:
                    parameter["schema"] = {"type": "string", "format": "date", "pattern": day_pattern(days)}
    return described


def day_pattern(days: Days) -> str:
    """A regular expression that the days of a range match, and no other days."""
    parts = [rf"{year:04}-\d\d-\d\d" for year in range(days.first.year + 1, days.last.year)]
    for year in sorted({days.first.year, days.last.year}):
        inside = [day for day in _days_of(year) if days.first <= day <= days.last]
        for month in sorted({day.month for day in inside}):
            numbers = "|".join(f"{day.day:02}" for day in inside if day.month == month)
            parts.append(f"{year:04}-{month:02}-({numbers})")
    return f"^({'|'.join(parts)})$"


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query has no null: a parameter that may be left out is only not required."""
    choices = [choice for choice in schema.get("oneOf", ()) if choice.get("type") != "null"]
    found = choices[0] if len(choices) == 1 else schema
    return {**found, "enum": [value for value in found["enum"] if value is not None]} if "enum" in found else found


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
