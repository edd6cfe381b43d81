"""Forms of answers: filled in from what stands, and read with everything that is wrong with what was typed."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from msgspec.structs import replace

from tracker.benchmark.actions import Given
from tracker.benchmark.privacy_check import seems_to_name
from tracker.benchmark.queries import number_of
from tracker.benchmark.schemas import LEVELS, Arrangement, Criterion, Details, Level, Proof, Saved
from tracker.web.forms import Form

SENTENCE = 300
TEXT = 4000
LINK = 2000
PROOFS = 12
"""How much evidence one answer can name."""
MORE_PROOFS = 2
"""Empty places for evidence beside what is there."""
PARTS = ("title", "link", "reference", "page")
SAVE_ANYWAY = "no_names"
"""The tick that says that a text names nobody, after we asked."""


def possible_levels(criterion: Criterion) -> tuple[Level, ...]:
    """What can be answered."""
    also = (Level.DOES_NOT_APPLY,) if criterion.may_not_apply else ()
    return (*LEVELS, Level.NOT_KNOWN, *also)


def filled(saved: Saved | None, *, after: int, level: bool = True) -> Form:
    """A form as this answer was; without its level, where colleagues differ and one has to be chosen."""
    form = Form([("after", str(after))])
    if saved is None:
        return form
    details = saved.details
    asked = {True: "yes", False: "no", None: ""}[details.asked_families]
    form.put("level", saved.level or "" if level else "")
    form.put("sentence", saved.sentence)
    form.put("asked_families", asked)
    for name in ("now", "asked_when", "gap", "notes", "because"):
        form.put(name, getattr(details, name))
    return Form([*form.items, *(("covers", item) for item in details.covers), *_proof_fields(details)])


def _proof_fields(details: Details) -> Iterator[tuple[str, str]]:
    for number, proof in enumerate(details.proofs, start=1):
        for part in PARTS:
            yield f"proof-{number}-{part}", getattr(proof, part)


def places(form: Form) -> range:
    """The numbers of the places for evidence that a page shows: those that are filled, and some that are empty."""
    used = [number for number in range(1, PROOFS + 1) if any(form.value(f"proof-{number}-{part}") for part in PARTS)]
    return range(1, min(max(used, default=0) + MORE_PROOFS, PROOFS) + 1)


def read_first(form: Form, criterion: Criterion, old: Saved | None) -> Given:
    """The level and the sentence of the first pass; everything else stays as it stands."""
    level = _level(form, criterion, required="Choose where your service stands")
    sentence = _sentence(form, level)
    details = old.details if old else Details()
    if level is Level.DOES_NOT_APPLY:
        details = replace(details, because=sentence)
    ask_about_names(form, [sentence])
    return Given(criterion=criterion, level=level, sentence=sentence, details=details, after=_after(form))


def read_whole(form: Form, criterion: Criterion) -> Given:
    """A whole answer. Only what was begun has to be right: it can be saved with most of it empty."""
    level = _level(form, criterion, required="")
    asked = form.value("asked_families")
    details = Details(
        now=form.text("now", most=TEXT, label="What you do now"),
        covers=tuple(Arrangement(item) for item in form.many("covers", [item.value for item in Arrangement])),
        asked_families={"yes": True, "no": False}.get(asked),
        asked_when=form.line("asked_when", most=200, label="When they were asked"),
        proofs=tuple(_proofs(form)),
        gap=form.text("gap", most=TEXT, label="What is missing"),
        notes=form.text("notes", most=TEXT, label="The working notes"),
        because=form.text("because", most=TEXT, label="The reason"),
    )
    sentence = _sentence(form, level, because=details.because)
    ask_about_names(form, [sentence, details.now, details.gap, details.notes, details.because, *_texts(details)])
    return Given(criterion=criterion, level=level, sentence=sentence, details=details, after=_after(form))


def _after(form: Form) -> int:
    return number_of(form.value("after"))


def _level(form: Form, criterion: Criterion, *, required: str) -> Level | None:
    given = form.value("level")
    if given in possible_levels(criterion):
        return Level(given)
    if required or given:
        form.wrong("level", required or "Choose one of the answers")
    return None


def _sentence(form: Form, level: Level | None, *, because: str = "") -> str:
    """Line breaks become spaces: the box is tall so that a sentence can be read while it is typed."""
    if len(form.value("sentence")) <= TEXT:
        form.put("sentence", " ".join(form.value("sentence").split()))
    wanted = {Level.DOES_NOT_APPLY: "Say in one sentence why it does not apply", Level.NOT_KNOWN: "", None: ""}
    required = "" if because else wanted.get(level, "Say in one sentence why you chose this")
    return form.text("sentence", required=required, most=SENTENCE, label="The sentence")


def _proofs(form: Form) -> Iterator[Proof]:
    """Evidence in the order of the page; a place that was emptied is gone."""
    for number in range(1, PROOFS + 1):
        name = f"proof-{number}"
        title, link, reference, page = (
            form.line(f"{name}-{part}", most=LINK if part == "link" else SENTENCE, label="This") for part in PARTS
        )
        if not (title or link or reference or page):
            continue
        if not title:
            form.wrong(f"{name}-title", f"Say what evidence {number} is called")
        if link and not is_link(link):
            form.wrong(f"{name}-link", "Enter a whole address that begins with https:// or http://, or leave it empty")
        yield Proof(title=title, link=link, reference=reference, page=page)


def is_link(text: str) -> bool:
    """Whether this is an address of the web that a page can link to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(letter.isspace() for letter in text)


def _texts(details: Details) -> Iterator[str]:
    for proof in details.proofs:
        yield from (proof.title, proof.reference)


def ask_about_names(form: Form, texts: list[str]) -> None:
    """Ask once whether somebody is named, before it is kept; who says that nobody is may go on."""
    found = seems_to_name(texts)
    if found and form.value(SAVE_ANYWAY) != "yes":
        said = ", ".join(f"“{item}”" for item in found[:5])
        form.wrong(
            SAVE_ANYWAY, f"This may tell who a child or a carer is: {said}. Take it out, or say that it does not"
        )
