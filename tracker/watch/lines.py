"""Lines that a page prints beside what it says: when it was published, read, or how often, and where else to go."""

import re

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_CLOCK = (
    r"(?:(?:at )?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?(?: (?:gmt|bst|utc))?|(?:at )?\d{1,2} ?[ap]\.?m\.?)"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?"
_DATE = "|".join(
    (
        rf"(?:{_WEEKDAY} )?\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}",
        rf"(?:{_WEEKDAY} )?{_MONTH} (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?\d{{4}}",
        r"\d{4}-\d{2}-\d{2}(?:t[\d:.]+(?:z|[+-][\d:]+)?)?",
        r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    )
)
_AGO = r"today|yesterday|just now|(?:\d+|an?|a few) (?:second|minute|hour|day|week|month|year)s? ago"
_WHEN = rf"(?:{_CLOCK},?(?: on)? )?(?:{_DATE}|{_AGO})(?:,? {_CLOCK})?"
_DONE = "|".join(
    (
        "published|updated|modified|reviewed|amended|edited|posted|accessed|retrieved|generated|printed|viewed",
        "refreshed|checked|rendered|cached|created|changed|next review|review|read|reading this(?: page)?",
        "visit|visited|downloaded",
    )
)
_DID = (
    r"(?:(?:this|the|our|you|your) )?(?:(?:page|document|article|content|information|site|website|date|post) )?"
    rf"(?:(?:was|were|is|are|has been) )?(?:(?:first|last|next|originally|date) )?(?:{_DONE})"
    r"(?: and (?:updated|published))?(?: due)?(?: (?:by|from|for) [\w.’':/ -]{1,60}?)?(?: (?:on|at|date|was)){0,2}"
)
_DATED = rf"{_DID}(?: ?:)? ?(?:{_WHEN})"
_COUNTED = r"(?:views?|visits?|visitors?|hits|reads?|shares?|likes?|downloads?|comments?)"
_LINES = (
    rf"{_DATED}(?:(?: ?[-,|;–—.·]+)? ?(?:see all updates|history|{_DATED})){{0,4}}",
    rf"(?:(?:information|page|content) )?(?:(?:is|was) )?(?:correct|accurate|current) (?:as )?(?:of|at|on) (?:{_WHEN})",
    rf"(?:today(?: is|[’']s date(?: is)?)|it is(?: now)?|current (?:date|time))(?: ?:)? ?(?:{_WHEN}|{_CLOCK})",
    # A bare date may be one that counts (a deadline in a list).
    rf"{_AGO}|{_WEEKDAY} (?:{_DATE}),? {_CLOCK}|{_CLOCK},? {_WEEKDAY} (?:{_DATE})",
    rf"(?:page |total )?(?:{_COUNTED}|viewed)(?: ?:)? ?[\d,.]+ ?[km]?(?: times?)?",
    rf"[\d,.]+ ?[km]? (?:page )?{_COUNTED}(?: today| so far)?",
    r"[\d,.]+ ?[km]? (?:people|readers|visitors|users) (?:are |have )?(?:view|read|visit|online)[\w ]{0,30}",
    r"[\d.]+ ?% of (?:people|readers|visitors|users) (?:found|find|say)[\w ]{0,30}",
    r"(?:this page (?:has been|was) )?(?:viewed|visited|read|shared|downloaded) [\d,.]+ times?(?: today| so far)?",
    r"\d+ min(?:ute)?s? read|(?:estimated )?reading time(?: ?:)? ?\d+ min(?:ute)?s?",
    r"(?:page )?(?:generated|served|rendered|loaded) in [\d.]+ ?(?:ms|s|seconds?|milliseconds?)",
    r"(?:©|\(c\)|copyright)[^.]{0,80}",
    r"(?:show|hide|see|view) all updates|get emails about this page|print this page|contents",
    r"share this(?: page| article| post)?|is this page useful\??|back to (?:the )?(?:top|contents)",
    r"skip to (?:main )?content|view a printable version of the whole guide|opens in a? ?new (?:tab|window)",
    r"cookies on [\w.’' -]{1,60}|(?:accept|reject)(?: all| additional)? cookies",
    r"related (?:content|links?|pages?|articles?|topics?|posts?)|you may also (?:like|be interested in)|read more",
)
_LINE = re.compile(rf"(?:{'|'.join(_LINES)})[ .]*", re.IGNORECASE)
LONGEST = 200
"""A line that frames is short."""


def is_framing_line(line: str) -> bool:
    """Whether a whole line (its blanks single) says nothing but such a thing."""
    return len(line) <= LONGEST and _LINE.fullmatch(line) is not None
