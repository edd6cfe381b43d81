"""Texts that seem to tell who a child or a carer is: a warning before they are kept, never a refusal. Pure."""

import re
from collections.abc import Iterable, Iterator

NAME = r"[A-Z][a-z’'-]+ [A-Z][a-z’'-]+"
AGE = r"(?:aged? \d{1,2}\b|\d{1,2}[- ]years?[- ]old|\(\d{1,2}\))"
FAMILY = (
    "grand(?:mother|father|parent|son|daughter)s?|mother|father|aunt|uncle|niece|nephew|sister|brother|son|daughter"
)
KIN = rf"(?:{FAMILY}|carer)"
"""In small letters: “Carer Reference Group” is nobody's name."""
SIGNS = (
    re.compile(rf"\b{NAME},? {AGE}"),
    re.compile(rf"\b{AGE},? {NAME}\b"),
    re.compile(rf"\b{KIN},? (?:(?:Mrs?|Ms|Miss)\.? [A-Z][a-z’'-]+|{NAME})"),
    # A first name alone, where whose it is or an age stands beside it.
    re.compile(rf"\b(?:his|her|their|whose) (?:{FAMILY}),? [A-Z][a-z’'-]+"),
    re.compile(r"\b[A-Z][a-z’'-]+, aged? \d{1,2}\b"),
    re.compile(r"\bMrs?\.? (?:and|&) Mrs?\.? [A-Z][a-z’'-]+"),
    re.compile(r"\b[Cc]hild [A-Z]\b"),
    re.compile(r"(?i)\b(?:date of birth|d\.?o\.?b\.?|born(?: on)?):? {0,2}\d[\w /.-]{0,16}"),
    re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,60}"),
    # A unique pupil number.
    re.compile(r"\b[A-Z]\d{11}[A-Z0-9]\b"),
)
TEN_DIGITS = re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")


def seems_to_name(texts: Iterable[str]) -> list[str]:
    """What in these texts seems to name a child or a carer, as it is written there; empty when nothing does."""
    return list(dict.fromkeys(found for text in texts for found in _found(text)))


def _found(text: str) -> Iterator[str]:
    for sign in SIGNS:
        yield from (match[0] for match in sign.finditer(text))
    yield from (match[0] for match in TEN_DIGITS.finditer(text) if is_nhs_number(match[0]))


def is_nhs_number(text: str) -> bool:
    """Whether ten digits have the check digit of an NHS number, which most others have not."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    check = 11 - sum(digit * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return len(digits) == 10 and check % 11 == digits[9] and check != 10
