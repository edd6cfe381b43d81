"""What levels, bases and arrangements are called wherever they are shown, so that a page and a paper say the same."""

from tracker.benchmark.schemas import LEVELS, Arrangement, Basis, Criterion, Level, Sure, When

LEVEL_WORDS = {
    Level.NOT_IN_PLACE: "Not in place",
    Level.DEVELOPING: "Developing",
    Level.IN_PLACE: "In place",
    Level.LEADING: "Leading",
    Level.NOT_KNOWN: "We do not know yet",
    Level.DOES_NOT_APPLY: "Does not apply to us",
}
BASIS_WORDS = {
    Basis.LAW: "Law",
    Basis.LAW_NOT_IN_FORCE: "Law, not yet in force",
    Basis.STATUTORY_GUIDANCE: "Statutory guidance",
    Basis.GUIDANCE: "Guidance",
    Basis.GOOD_PRACTICE: "Good practice",
    Basis.NATIONAL_ONLY: "National only",
}
BASIS_MEANS = {
    Basis.LAW: "A duty of every authority, in force.",
    Basis.LAW_NOT_IN_FORCE: "A duty that Parliament has made. It does not bind an authority yet.",
    Basis.STATUTORY_GUIDANCE: "To be followed unless there is a good reason not to, which is recorded.",
    Basis.GUIDANCE: "Advice of the Department for Education. It is not statutory.",
    Basis.GOOD_PRACTICE: "What evidence or the sector recommends. No authority has to do it.",
    Basis.NATIONAL_ONLY: "A promise of the government that binds no authority. What is asked is our local equivalent.",
}
SURE_WORDS = {
    Sure.READ: "We read the document itself.",
    Sure.EXCERPT: "We read an excerpt of the document itself.",
    Sure.ACCOUNT: "We did not see the document. We rely on an account of it.",
}
ARRANGEMENT_WORDS = {
    Arrangement.INFORMAL: "Informal arrangement with a close relative",
    Arrangement.PRIVATE_FOSTERING: "Private fostering",
    Arrangement.CAO_LOOKED_AFTER: "Child arrangements order, child was looked after before",
    Arrangement.CAO: "Child arrangements order, child was not looked after before",
    Arrangement.SGO_LOOKED_AFTER: "Special guardianship, child was looked after before",
    Arrangement.SGO: "Special guardianship, child was not looked after before",
    Arrangement.KINSHIP_FOSTER: "Kinship foster care",
    Arrangement.ADOPTION: "Adoption by a relative or friend",
}
WHEN_WORDS = {
    "kinship_zone": {True: "that are a Kinship Zone", False: "that are no Kinship Zone"},
    "two_tier": {True: "whose housing is with the districts", False: "that run housing themselves"},
    "delivered_by_other": {
        True: "whose services a trust or company delivers",
        False: "that deliver services themselves",
    },
    "very_small": {True: "with very few children", False: "that are not very small"},
}
DUTY_NOT_SHOWN = "duty not yet shown to be met"
DUTY_MET = "duty met, by our own assessment"


def duty_not_shown(criterion: Criterion, level: Level | None) -> bool:
    """Whether this answer leaves a legal duty open. Not knowing does; that it does not apply does not."""
    return criterion.basis is Basis.LAW and level in (None, Level.NOT_IN_PLACE, Level.DEVELOPING, Level.NOT_KNOWN)


def is_gap(level: Level | None) -> bool:
    """Whether an answer calls for an action: below in place, or not known."""
    return level in (Level.NOT_IN_PLACE, Level.DEVELOPING, Level.NOT_KNOWN)


def level_words(criterion: Criterion, level: Level | None) -> str:
    """A level in words, with what it means for a duty: “Developing: duty not yet shown to be met”."""
    said = "Not answered yet" if level is None else LEVEL_WORDS[level]
    if duty_not_shown(criterion, level):
        return f"{said}: {DUTY_NOT_SHOWN}"
    return f"{said}: {DUTY_MET}" if criterion.basis is Basis.LAW and level in LEVELS else said


def asked_of(when: When) -> str:
    """Which authorities are meant, in words: “authorities that are a Kinship Zone”."""
    told = [words[getattr(when, name)] for name, words in WHEN_WORDS.items() if getattr(when, name) is not None]
    return "authorities " + " and ".join(told) if told else "every authority"
