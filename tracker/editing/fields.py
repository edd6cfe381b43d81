"""From what was typed to a fact with its evidence, and back. Every error is noted at its field; nothing is lost."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from tracker.editing.dates import happened_by, read_when
from tracker.editing.kinds import FactKind, Field, fields_of
from tracker.errors import Invalid
from tracker.strategies.dates import read_edtf
from tracker.strategies.facts import AnyFact, Evidence
from tracker.strategies.words import edtf_text
from tracker.web.forms import Form

MOST_LINKS = 8
EVIDENCE = (
    Field(name="url", label="Address", hint="Where it can be read, beginning with https://"),
    Field(name="title", label="Title of the page or document"),
    Field(name="publisher", label="Who published it"),
    Field(name="dated", label="Date of the document", control="when", hint="Leave empty if it has none."),
    Field(name="page", label="Page", hint="Like p. 12, where it has pages.", folded=True),
    Field(name="quotation", label="Its words, quoted exactly", control="text", folded=True),
    Field(name="claimed_by", label="Whose claim it is, if the source is who promised it", folded=True),
    Field(name="note", label="Note on this source", control="text", folded=True),
)
"""The questions about one piece of evidence; a form has several, numbered."""


def read_fact(form: Form, kind: FactKind, *, subjects: Iterable[str], today: date, **fixed: Any) -> AnyFact | None:
    """The fact that was typed; None when something is wrong, which the form then says. `fixed` is not typed."""
    required = "Choose what it is about" if kind.needs_subject else ""
    about = tuple(form.many("about", list(subjects), required=required))
    own = {field.name: _read(form, field, today=today) for field in fields_of(kind)}
    if form.errors:
        return None
    return kind.fact(about=about, known_on=today, **{k: v for k, v in own.items() if v is not None}, **fixed)


def _read(form: Form, field: Field, *, today: date) -> Any:
    match field.control:
        case "when":
            return _when(form, field, today=today)
        case "tick":
            return form.value(field.name) == "yes"
        case "lines":
            text = form.text(field.name, required=field.required, most=2000, label=field.label)
            return tuple(line.strip() for line in text.split("\n") if line.strip())
        case "number":
            return _number(form, field)
        case "choice":
            options = [value for value, _ in field.options]
            return form.one(field.name, options, required="Choose one") if form.value(field.name) else None
        case "text":
            return form.text(field.name, required=field.required, most=2000, label=field.label) or None
    return form.line(field.name, required=field.required, label=field.label) or None


def _when(form: Form, field: Field, *, today: date, name: str = "") -> str | None:
    name = name or field.name
    typed = form.line(name, required=field.required, label=field.label)
    if not typed:
        return None
    try:
        edtf = read_when(typed, today=today)
        return happened_by(edtf, today=today) if field.name == "happened_on" else edtf
    except Invalid as error:
        form.wrong(name, str(error))
        return None


def _number(form: Form, field: Field) -> int | None:
    typed = form.line(field.name, label=field.label).replace(",", "").removeprefix("£")
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 16):
        form.wrong(field.name, f"{field.label} must be a whole number, like 10 or 40,000,000")
    return int(typed) if typed and form.error(field.name) is None else None


def read_evidence(form: Form, *, today: date) -> tuple[Evidence, ...]:
    """The evidence that was typed, without the places that were left empty."""
    found = (_one_evidence(form, number, today=today) for number in range(1, slots(form) + 1))
    return tuple(item for item in found if item)


def names_evidence(form: Form) -> bool:
    """Whether anything was typed about any evidence."""
    return any(_is_typed(form, number) for number in range(1, slots(form) + 1))


def _is_typed(form: Form, number: int) -> bool:
    return any(form.value(f"{field.name}-{number}").strip() for field in EVIDENCE)


def _one_evidence(form: Form, number: int, *, today: date) -> Evidence | None:
    names = {field.name: f"{field.name}-{number}" for field in EVIDENCE}
    if not _is_typed(form, number):
        return None
    given: dict[str, str | None] = {
        "url": form.line(names["url"], required="Give the address where it can be read", most=2000, label="Address"),
        "title": form.line(names["title"], required="Give the title of the page or document", label="Title"),
        "publisher": form.line(names["publisher"], required="Say who published it", label="Publisher"),
        "dated": _when(form, EVIDENCE[3], today=today, name=names["dated"]),
        "page": form.line(names["page"], label="Page") or None,
        "quotation": form.text(names["quotation"], most=1000, label="The quotation") or None,
        "claimed_by": form.line(names["claimed_by"], label="Whose claim it is") or None,
        "note": form.text(names["note"], label="The note") or None,
    }
    if given["url"] and not is_link(given["url"]):
        form.wrong(names["url"], "Give the whole address, beginning with https:// or http://")
    return Evidence(**given) if not form.errors else None  # type: ignore[arg-type]  # required ones are errors if empty


def is_link(url: str) -> bool:
    """Whether a reader can follow an address: http or https, with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url and parts.port != 0
    except ValueError:
        return False


def slots(form: Form) -> int:
    """How many pieces of evidence a form has room for: one, or as many as it says."""
    asked = form.value("links", "1")
    return min(max(int(asked), 1), MOST_LINKS) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 1


def typed_fact(fact: AnyFact, kind: FactKind) -> Iterator[tuple[str, str]]:
    """A fact as its form would send it."""
    yield from (("about", ref) for ref in fact.about)
    for field in fields_of(kind):
        # A fact that is to become one of another kind does not have all of its fields.
        yield field.name, _typed(getattr(fact, field.name, None), field)


def typed_evidence(evidence: Iterable[Evidence]) -> Iterator[tuple[str, str]]:
    """Evidence as its form would send it."""
    held = list(evidence)
    yield "links", str(max(len(held), 1))
    for number, item in enumerate(held, start=1):
        for field in EVIDENCE:
            yield f"{field.name}-{number}", _typed(getattr(item, field.name), field)


def _typed(value: Any, field: Field) -> str:
    if value is None or value is False:
        return ""
    if field.control == "tick":
        return "yes"
    if field.control == "when":
        return _readable(value)
    return "\n".join(value) if field.control == "lines" else str(value)


def _readable(edtf: str) -> str:
    """A date in words that are read back as the very same; else in its EDTF form."""
    told = edtf_text(edtf)
    try:
        return told if read_when(told, today=read_edtf(edtf).latest) == edtf else edtf
    except Invalid:
        return edtf


def labels(kind: FactKind, evidence: int) -> Mapping[str, str]:
    """What each field is called, for telling what somebody else altered in it."""
    numbered = {
        f"{field.name}-{number}": f"Evidence {number}: {field.label[:1].lower()}{field.label[1:]}"
        for number in range(1, evidence + 1)
        for field in EVIDENCE
    }
    return {"about": "What it is about", **{field.name: field.label for field in fields_of(kind)}, **numbered}
