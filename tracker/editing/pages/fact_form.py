"""The form of one fact with its evidence, for whichever page asks it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from litestar import Response

from tracker.editing.fields import (
    EVIDENCE,
    MOST_LINKS,
    names_evidence,
    read_evidence,
    read_fact,
    slots,
    typed_evidence,
    typed_fact,
)
from tracker.editing.kinds import BY_NAME, FactKind, Field, fields_of
from tracker.editing.pages.access import Asking
from tracker.editing.schemas import Entry, FieldChange
from tracker.errors import NotFound
from tracker.strategies import facts
from tracker.strategies.dates import read_edtf
from tracker.strategies.explain import milestone_outcome
from tracker.strategies.facts import AnyFact, Change, Corrected, Evidence, encode_fact, fact_from, kind_of
from tracker.strategies.moved import standing_text
from tracker.strategies.public import PublicRecord
from tracker.strategies.structure import Announcement
from tracker.strategies.words import day_text
from tracker.web.dynamic import render
from tracker.web.forms import Form


class Option(msgspec.Struct, frozen=True):
    """Something that can be ticked."""

    value: str
    text: str
    hint: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a form of a fact is about, beside what is typed into it."""

    public: PublicRecord
    kind: FactKind
    numbers: tuple[int, ...]
    """The announcements that it offers."""
    corrects: Change | None = None
    """The change that it puts right, as it stands."""
    organisation: str | None = None
    """Who signs it, when it is a verdict."""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What a form said, when nothing was wrong with it."""

    fact: AnyFact
    evidence: tuple[Evidence, ...]
    minor: bool


WHY = Field(name="why", label="Why it is corrected", control="text", required="Say why it is corrected")
WITHDRAW = Field(name="withdraw", label="Withdraw it: nothing holds in its place", control="tick")
MINOR = Field(
    name="minor", label="Minor: it moves no status and nobody needs a message", control="tick",
    hint="It is on record and in the list of corrections all the same.",
)  # fmt: skip
SIGNED = Field(name="signed", label="", control="tick", required="Tick this to sign it")


def subjects(asked: Asked) -> list[Option]:
    """What a fact of this kind can be about, each with where it stands."""
    own = asked.corrects.fact.about if asked.corrects else ()
    numbers = {*asked.numbers, *(int(ref.split("/")[0]) for ref in own)}
    found = [
        option
        for announcement in asked.public.strategy.announcements
        if announcement.number in numbers
        for option in _options(asked, announcement)
    ]
    offered = {option.value for option in found}
    return found + [Option(ref, ref) for ref in own if ref not in offered]


def _options(asked: Asked, announcement: Announcement) -> list[Option]:
    current = next(item for item in asked.public.now().announcements if item.number == announcement.number)
    name = f"{announcement.number}. {announcement.title}"
    found = [Option(str(announcement.number), f"{name}, as a whole")] if asked.kind.about == "any" else []
    for deliverable, at in zip(announcement.deliverables, current.deliverables, strict=True):
        if asked.kind.about == "milestones":
            found += [Option(m.ref, f"{deliverable.title}: {m.title}", milestone_outcome(m)) for m in at.milestones]
        else:
            found.append(Option(at.ref, f"{announcement.number}. {deliverable.title}", standing_text(at)))
    return found


def read(form: Form, asked: Asked, *, today: date) -> Typed | None:
    """What was typed; None when something is wrong with it, which the form then says.

    What has no day of its own happened on the day of the document that tells of it.
    """
    if not form.value("happened_on").strip() and form.value("dated-1").strip():
        form.put("happened_on", form.value("dated-1"))
    options = [option.value for option in subjects(asked)]
    if asked.corrects:
        return _read_correction(form, asked, asked.corrects, options, today=today)
    fixed = {"organisation": asked.organisation} if asked.organisation else {}
    fact = read_fact(form, asked.kind, subjects=options, today=today, **fixed)
    evidence = read_evidence(form, today=today)
    if not names_evidence(form) and asked.kind.fact is not facts.Reviewed:
        form.wrong("url-1", "Give the address where it can be read")
    if asked.organisation and form.value(SIGNED.name) != "yes":
        form.wrong(SIGNED.name, f"Tick this to sign it for {asked.organisation}")
    return Typed(fact=fact, evidence=evidence, minor=False) if fact and not form.errors else None


def _read_correction(
    form: Form, asked: Asked, corrects: Change, options: Sequence[str], *, today: date
) -> Typed | None:
    why = form.text(WHY.name, required=WHY.required, most=1000, label=WHY.label)
    instead = None
    if form.value(WITHDRAW.name) != "yes":
        instead = _read_instead(form, asked.kind, corrects, options, today=today)
    if form.errors:
        return None
    held = corrects.fact
    fact = Corrected(
        about=instead.about if instead else held.about,
        text=f"Corrected: {instead.text}" if instead else f"Withdrawn: {held.text}",
        happened_on=today.isoformat(),
        known_on=today,
        why=why,
        of=corrects.key,
        instead=msgspec.json.decode(encode_fact(instead)) if instead else None,
        note=f"Before: {held.text}" if instead and instead.text != held.text else None,
    )
    return Typed(fact=fact, evidence=(), minor=form.value(MINOR.name) == "yes")


def _read_instead(
    form: Form, kind: FactKind, corrects: Change, options: Sequence[str], *, today: date
) -> AnyFact | None:
    """What holds instead: what was typed, with what the form does not ask as it was."""
    held = corrects.fact
    typed = {"about", "known_on", "evidence", *(field.name for field in fields_of(kind))}
    fixed = {name: getattr(held, name) for name in held.__struct_fields__ if name not in typed}
    fact = read_fact(form, kind, subjects=options, today=today, **fixed)
    evidence = read_evidence(form, today=today)
    if fact is None or form.errors:
        return None
    known_on = max(held.known_on, read_edtf(fact.happened_on).earliest)
    return msgspec.structs.replace(fact, known_on=known_on, evidence=evidence)


def fresh_form(asked: Asked, *, today: date, looked: Sequence[str] = ()) -> Form:
    """The form before anything is typed, with what is most likely filled in."""
    if asked.corrects:
        return Form(_held_items(asked))
    items = [("about", ref) for ref in _likely(asked)]
    if asked.kind.fact is facts.Reviewed:
        items += [("looked", "\n".join(looked)), ("happened_on", day_text(today)), ("text", asked.kind.sentence)]
    if asked.kind.fact is facts.Ongoing:
        items.append(("happened_on", day_text(today)))
    return Form(items)


def _likely(asked: Asked) -> Iterator[str]:
    """What a fact is about when nothing else is said: what was chosen, where that leaves no choice."""
    if asked.organisation:
        return
    for announcement in asked.public.strategy.announcements:
        offered = _options(asked, announcement) if announcement.number in asked.numbers else []
        if offered and (asked.kind.about == "any" or len(offered) == 1):
            yield offered[0].value


def _held_items(asked: Asked) -> list[tuple[str, str]]:
    """The change that is put right, as its form would send it."""
    if asked.corrects is None or isinstance(asked.corrects.fact, facts.Unknown):
        return []
    return [*typed_fact(asked.corrects.fact, asked.kind), *typed_evidence(asked.corrects.fact.evidence)]


def form_of(fact: AnyFact, entry: Entry, asked: Asked) -> Form:
    """The form as it was filled in for a fact of a draft."""
    signed = [(SIGNED.name, "yes")] if asked.organisation else []
    if not isinstance(fact, Corrected):
        return Form([*typed_fact(fact, asked.kind), *typed_evidence(entry.evidence), *signed])
    items = [(WHY.name, fact.why), (MINOR.name, "yes" if entry.minor else "")]
    if fact.instead is None:
        return Form([*items, (WITHDRAW.name, "yes"), *_held_items(asked)])
    instead = fact_from(fact.instead)
    typed = [] if isinstance(instead, facts.Unknown) else typed_fact(instead, asked.kind)
    return Form([*items, *typed, *typed_evidence(instead.evidence)])


def form_as(fact: AnyFact, entry: Entry, asked: Asked) -> Form:
    """The form of another kind, filled in with what a fact of a draft has in common with it."""
    form = form_of(fact, entry, asked)
    offered = {option.value for option in subjects(asked)}
    about = [ref for ref in fact.about if ref in offered] or list(_likely(asked))
    return Form([*(("about", ref) for ref in about), *(item for item in form.items if item[0] != "about")])


def typed_values(fact: AnyFact | None, entry: Entry, asked: Asked) -> dict[str, str]:
    """What each field of a fact's form held, in one line each; nothing when the entry has no such fact."""
    if fact is None:
        return {}
    return values_of(form_of(fact, entry, asked))


def values_of(form: Form) -> dict[str, str]:
    """What each field of a form holds, in one line each."""
    return {name: "; ".join(value for value in form.values(name) if value) for name in form.names}


def show(
    request: Asking,
    asked: Asked,
    form: Form,
    *,
    action: str,
    hidden: Sequence[tuple[str, str]] = (),
    altered: Sequence[FieldChange] = (),
    by: str = "",
    kinds: Sequence[FactKind] = (),
    status: int = 200,
) -> Response[Any]:
    """The page of a fact's form; `altered` is what somebody else saved meanwhile, `kinds` what else it could become."""
    fields = fields_of(asked.kind)
    return render(
        request,
        "editing/fact.html",
        status=status,
        form=form,
        asked=asked,
        fields=[field for field in fields if not field.folded],
        folded=[field for field in fields if field.folded],
        evidence=EVIDENCE,
        links=range(1, slots(form) + 1),
        most_links=MOST_LINKS,
        subjects=subjects(asked),
        action=action,
        hidden=[*hidden, ("links", str(slots(form)))],
        extra={"why": WHY, "withdraw": WITHDRAW, "minor": MINOR, "signed": SIGNED},
        altered=altered,
        by=by,
        kinds=kinds,
    )


def more_links(form: Form) -> Form | None:
    """The form with room for one more piece of evidence, when that was asked for."""
    if not form.value("add"):
        return None
    form.put("links", str(slots(form) + 1))
    return form


def corrected_change(public: PublicRecord, key: str) -> Change:
    """The change with a key, as it stands now; raises NotFound when it was withdrawn or cannot be corrected."""
    found = next((change for change in public.now().changes if change.key == key), None)
    if found is None:
        raise NotFound("There is no such entry on record, or it was withdrawn.")
    if kind_of(found.fact) not in BY_NAME:
        raise NotFound("This entry follows from others: correct what it rests on.")
    return found
