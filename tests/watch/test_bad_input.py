"""Whatever a server sends is read or refused in words: never a crash, never markup, never a time that runs away."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watch.reading import ATOM, JSON, read
from tracker.watch.kinds import KINDS
from tracker.watch.plain import plain
from tracker.watch.schemas import Unreadable

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{}</channel></rss>'
ITEM = RSS.format("<item><link>https://a.uk/1</link><title>{}</title><description>{}</description></item>")
BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>' + RSS.format("&b;")
HIDDEN = "<?xml version='1.0' encoding='{}'?>" + BOMB.replace('<?xml version="1.0"?>', "")
ESCAPED = "&lt;{}"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BOMB, "its XML defines entities"),
        (HIDDEN.format("utf-16").encode("utf-16"), "its XML defines entities"),
        (HIDDEN.format("cp037").encode("cp037"), "its XML defines entities"),
        (HIDDEN.format("utf-7").encode("utf-8").replace(b"<!", b"+ADwAIQ-"), "its XML defines entities"),
        (BOMB.replace("?>", "?>", 1) + "<broken", "its XML defines entities"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd">' + RSS.format(""), "its XML names a document type"),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RSS.format("&x;"), "its XML defines entities"),
        ("<!doctype HTML><p>Sorry</p>", "it is a web page"),
        ("  <html><head></head></html>", "it is a web page"),
        (RSS.format("<a>" * 101 + "</a>" * 101), "its XML is nested more than 100 levels deep"),
        (RSS.format("<" + "<a>" * 1_100), "its XML is broken, and nested more than 1,000 levels deep"),
        (RSS.format("<a/>" * 500_000), "its XML has more than 500,000 elements"),
        (RSS.format("<a " + "".join(f'b{n}="" ' for n in range(201)) + "/>"), "more than 200 attributes"),
        (RSS.format("<<a " + "b='' " * 10_000 + ">"), "its XML is broken, and has an absurdly long tag"),
        (RSS.format("".join(f'<a xmlns:n{n}="u"/>' for n in range(1_001))), "more than 1,000 namespaces"),
        (ITEM.format("T", "&lt;!--" * 101), "its XML has comments that do not end"),
        (ITEM.format("a" * 3_000, ""), "it has an absurdly long word"),
        (RSS.format("< " * 2_500_000), "its XML is broken, and too long to be mended"),
        ('<?xml version="1.0" encoding="punycode"?><rss/>', "it names a character set that is not for texts"),
        (b'<?xml version="1.0" encoding="\xff"?><rss/>', "it names a character set that does not exist"),
        ("", "its answer is empty"),
        ("\x00\x01\x02", "it is not a feed"),
        ("{}", "it is not a feed"),
    ],
    ids=lambda value: re.sub(r"\W+", " ", str(value))[:40],
)
def test_what_is_made_to_do_harm_is_refused_in_words(body: str | bytes, said: str) -> None:
    sent = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    with pytest.raises(Unreadable, match=re.escape(said)):
        read("feed", sent, type="application/xml")


def test_an_entity_that_is_not_defined_is_only_broken_xml() -> None:
    reading = read("feed", ITEM.format("Care &amp; more &nbsp;&hellip; &unknown;", ""))
    (entry,) = reading.found
    assert entry.title.startswith("Care & more")
    assert any("its XML is broken" in remark for remark in reading.remarks)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("&lt;script&gt;alert(1)&lt;/script&gt;News", "News"),
        ("<![CDATA[<img src=x onerror=alert(1)>News]]>", "News"),
        ("&lt;b&gt;Kin&lt;/b&gt;ship", "Kinship"),
        ("Children aged &lt; 5 and &gt; 3", "Children aged < 5 and > 3"),
        ("AT&amp;amp;T", "AT&T"),
        ("right\u202eto left\u2066\u200b", "rightto left"),
        ("non\u00a0breaking\u2028lines\r\n\ttabs", "non breaking lines tabs"),
        ("&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;News", "News"),
    ],
)
def test_titles_are_plain_text(title: str, shown: str) -> None:
    assert read("feed", ITEM.format(title, "")).found[0].title == shown


def test_a_long_title_and_summary_are_cut_where_a_reader_sees_it() -> None:
    (entry,) = read("feed", ITEM.format("word " * 200, "word " * 2_000)).found
    assert (len(entry.title), entry.title[-1]) == (400, "…")
    assert len(entry.summary) <= 2_000


def test_a_finder_s_summary_is_text_whatever_its_type_says() -> None:
    entry = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>tag:www.gov.uk,2005:/a</id><title>Q&amp;A</title>'
        '<updated>2026-01-01T00:00:00Z</updated><summary type="html">Aged &lt;5 &amp; &lt;em&gt;kin&lt;/em&gt;'
        "&lt;script&gt;x()&lt;/script&gt;\r\n</summary></entry></feed>"
    )
    (found,) = read("finder", entry).found
    assert (found.title, found.summary) == ("Q&A", "Aged <5 & kin")


@pytest.mark.parametrize("kind", ["finder", "organisation", "feed", "legislation"])
def test_a_feed_in_the_wrong_charset_is_read_as_well_as_can_be(kind: str) -> None:
    entry = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>https://www.gov.uk/a</id>'
        "<updated>2026-01-01T00:00:00Z</updated><title>Café</title></entry></feed>"
    )
    for body, type in (
        (entry.encode("windows-1252"), "application/atom+xml; charset=utf-8"),
        (entry.encode("utf-8"), "application/atom+xml; charset=no-such"),
        (entry.encode("utf-16"), "application/atom+xml"),
    ):
        assert read(kind, body, type=type).found[0].title == "Café"


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(body=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_anything_at_all_is_read_or_refused(kind: str, body: bytes) -> None:
    for type in (ATOM, JSON):
        try:
            reading = read(kind, body, type=type)
        except Unreadable:
            continue
        else:
            assert all(found.item and found.url.startswith("http") for found in reading.found)


@given(st.text(alphabet="<>&;!-/ab\"'= \n\u202e\u00a0script", max_size=200))
def test_plain_text_holds_no_markup_and_nothing_that_acts(text: str) -> None:
    made = plain(text, marked_up=True)
    assert not re.search(r"<(?:script|a|b)\b[^<>]*>", made)
    assert made.isprintable() or not made
    assert made == " ".join(made.split())


@pytest.mark.parametrize(
    "piece", ["<", "< ", "&", "&a;", "<![CDATA[", "<?a ", "<!a ", ESCAPED.format("a href="), ESCAPED.format("!["),
              ESCAPED.format("p a=\""), ESCAPED.format("svg&gt;"), "<item/>", "<category>a</category>", "<a "],
)  # fmt: skip
def test_reading_takes_a_time_in_proportion_to_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        body = RSS.format("<item><description>" + piece * (length // len(piece)) + "</description></item>")
        began = time.process_time()
        with suppress(Unreadable):
            read("feed", body)
        return time.process_time() - began

    # Eight times as much may take 8 times as long, and 64 where it grows with the square.
    assert seconds(80_000) < 30 * max(seconds(10_000), 0.02)
