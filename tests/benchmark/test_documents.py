"""Word documents: what somebody typed cannot break them, and a screen reader finds its way."""

import io
import struct
import zlib

import docx
from docx.oxml.ns import qn

from tests.conftest import NOON
from tracker.benchmark.office.documents import Bold, Link, Paper


def paper() -> Paper:
    return Paper("A paper", author="An authority", at=NOON, foot="Foot")


def reopened(written: Paper) -> docx.document.Document:
    return docx.Document(io.BytesIO(written.content()))


def dot() -> bytes:
    """The smallest picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def test_what_xml_cannot_hold_is_left_out_and_markup_is_text() -> None:
    written = paper()
    written.heading("A\x00 \x0bB \ud800")
    written.lines("One <b>\n\n  & two\x07")
    written.table("C\x01", ["H\x02"], [["cell\x03"]])
    texts = [item.text for item in reopened(written).paragraphs]
    assert {"A B ", "One <b>", "& two"} <= set(texts)
    assert reopened(written).tables[0].cell(1, 0).text == "cell"


def test_each_numbered_list_starts_at_one() -> None:
    written = paper()
    written.numbers(["a", "b"])
    written.numbers(["c"])
    numbers = [item._p.pPr.numPr.numId.val for item in reopened(written).paragraphs if item.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_link_leads_out_and_stands_in_its_sentence() -> None:
    written = paper()
    written.paragraph(["Read ", Link("the law", "https://www.legislation.gov.uk/"), Bold(" now"), "."])
    (item,) = [item for item in reopened(written).paragraphs if item.hyperlinks]
    assert item.text == "Read the law now."
    assert item.hyperlinks[0].address == "https://www.legislation.gov.uk/"


def test_a_table_has_a_caption_a_repeated_header_row_and_words_for_screen_readers() -> None:
    written = paper()
    written.table("Levels", ["A", "B"], [["1", "2\n3"]], widths=[1, 3])
    again = reopened(written)
    table = again.tables[0]
    assert [item.text for item in again.paragraphs if item.style.name == "Caption"] == ["Levels"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Levels"
    assert [part.text for part in table.cell(1, 1).paragraphs] == ["2", "3"]
    assert table.cell(0, 1).width > 2 * table.cell(0, 0).width


def test_a_picture_says_in_words_what_it_shows() -> None:
    written = paper()
    written.picture(dot(), alternative="One of five duties is met.", width=2)
    (shape,) = reopened(written).inline_shapes
    assert shape._inline.docPr.get("descr") == "One of five duties is met."


def test_its_language_is_british_english_and_its_pages_are_numbered() -> None:
    again = reopened(paper())
    assert {item.get(qn("w:val")) for item in again.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    fields = [item.get(qn("w:instr")) for item in again.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert again.core_properties.author == "An authority"
