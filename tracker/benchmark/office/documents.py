"""Word documents for a committee and a screen reader: real headings, header rows, language, alternative text."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import docx
import msgspec
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGE = "en-GB"
FONT = "Arial"
IN_TABLE = "Table text"
WIDTH = 16.6
"""Of the text, in centimetres: A4 less its margins."""
# What XML cannot hold; somebody may have pasted it.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Of every file in the archive: the same content must give the same bytes.
STAMP = (1980, 1, 1, 0, 0, 0)


class Bold(msgspec.Struct, frozen=True):
    """A piece of text that stands out."""

    text: str


class Link(msgspec.Struct, frozen=True):
    """A piece of text that leads somewhere."""

    text: str
    url: str


Piece = str | Bold | Link
Text = Piece | Sequence[Piece]


class Paper:
    """A document that is written from top to bottom; `content` is the file."""

    def __init__(self, title: str, *, author: str, at: datetime, subject: str = "", foot: str = "") -> None:
        self._docx = docx.Document()
        self._styles: dict[str, str] = {}
        _drop_thumbnail(self._docx.part.package)
        self._set_properties(title, author=author, at=at, subject=subject)
        self._set_page(foot or title)
        self._set_styles()

    def title(self, text: str) -> None:
        """The document's own title: once, at the top."""
        self._added("Title").add_run(clean(text))

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """A heading; levels must not be left out on the way down."""
        added = self._added(f"Heading {level}")
        added.add_run(clean(text))
        added.paragraph_format.page_break_before = new_page or None

    def paragraph(self, text: Text, *, style: str | None = None) -> None:
        """A paragraph; style is a name of Word’s, such as “Quote” or “Intense Quote”."""
        write(self._added(style), text)

    def _added(self, style: str | None) -> Paragraph:
        """A new paragraph. Styles are looked up once each: the library goes through all of them every time."""
        paragraph = self._docx.add_paragraph()
        if style is not None:
            if style not in self._styles:
                self._styles[style] = str(self._docx.styles[style].style_id)
            paragraph._p.style = self._styles[style]
        return paragraph

    def lines(self, text: str) -> None:
        """What somebody typed: each of its lines a paragraph, blank lines left out."""
        for line in filter(None, (line.strip() for line in text.splitlines())):
            self.paragraph(line)

    def bullets(self, items: Iterable[Text]) -> None:
        """A list with bullets."""
        for item in items:
            self.paragraph(item, style="List Bullet")

    def numbers(self, items: Iterable[Text]) -> None:
        """A numbered list that starts at 1, each time."""
        abstract = self._docx.styles["List Number"].element.pPr.numPr.numId.val
        numbering = self._docx.part.numbering_part.element
        of = numbering.num_having_numId(abstract).abstractNumId.val
        again = numbering.add_num(of)
        again.add_lvlOverride(ilvl=0).add_startOverride(1)
        for item in items:
            paragraph = self._added("List Number")
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = again.numId
            write(paragraph, item)

    def table(
        self,
        caption: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Text]],
        *,
        widths: Sequence[float] = (),
        least: float = 0,
    ) -> None:
        """A table with a caption and a header row that is repeated on each page; rows stay on one page.

        `widths` are shares of the text's width; without them the columns are alike. `least` is the least height of a
        row in centimetres, where somebody is to write in it by hand.
        """
        written = self._added("Caption")
        written.add_run(clean(caption))
        written.paragraph_format.keep_with_next = True
        table = self._docx.add_table(rows=1, cols=len(head), style="Table Grid")
        table.autofit = False
        _describe(table, caption)
        for cell, text in zip(table.rows[0].cells, head, strict=True):
            write(_first(cell), Bold(text))
            _shade(cell)
        _mark(table.rows[0]._tr, "w:tblHeader")
        _mark(table.rows[0]._tr, "w:cantSplit")
        for row in rows:
            added = table.add_row()
            if least:
                added.height_rule, added.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Cm(least)
            _mark(added._tr, "w:cantSplit")
            for cell, value in zip(added.cells, row, strict=True):
                _fill(cell, value)
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.space_after = Pt(2)
        _set_widths(table, widths or [1.0] * len(head))
        self._docx.add_paragraph().paragraph_format.space_after = Pt(4)

    def picture(self, png: bytes, *, alternative: str, width: float = WIDTH) -> None:
        """A picture with what it says in words."""
        shape = self._docx.add_picture(io.BytesIO(png), width=Cm(width))
        shape._inline.docPr.set("descr", clean(alternative))

    def page_break(self) -> None:
        """What follows starts a new page."""
        self._docx.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def content(self) -> bytes:
        """The file; the same paper is the same bytes."""
        written, packed = io.BytesIO(), io.BytesIO()
        self._docx.save(written)
        with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                info = zipfile.ZipInfo(name, STAMP)
                info.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(info, source.read(name))
        return packed.getvalue()

    def _set_properties(self, title: str, *, author: str, at: datetime, subject: str) -> None:
        properties = self._docx.core_properties
        properties.title, properties.author, properties.subject = clean(title), clean(author), clean(subject)
        properties.last_modified_by, properties.comments = clean(author), ""
        properties.language = LANGUAGE
        properties.created = properties.modified = at.replace(tzinfo=None, microsecond=0)

    def _set_page(self, foot: str) -> None:
        section = self._docx.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2)
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        write(paragraph, f"{foot} · page ")
        _field(paragraph, "PAGE")
        write(paragraph, " of ")
        _field(paragraph, "NUMPAGES")

    def _set_styles(self) -> None:
        styles = self._docx.styles
        for fonts in styles.element.iter(qn("w:rFonts")):
            _one_font(fonts)
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), LANGUAGE)
        sizes = {"Normal": 11, "Title": 24, "Heading 1": 17, "Heading 2": 13.5, "Heading 3": 11.5, "Caption": 10.5}
        for name, size in sizes.items():
            style: Any = styles[name]
            style.font.size, style.font.name = Pt(size), FONT
            style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
        normal: Any = styles["Normal"]
        normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
        close: Any = styles.add_style(IN_TABLE, WD_STYLE_TYPE.PARAGRAPH)
        close.base_style, close.font.size = normal, Pt(10)
        close.paragraph_format.space_after, close.paragraph_format.line_spacing = Pt(2), 1.05
        link: Any = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
        link.font.color.rgb, link.font.underline = RGBColor(0x1D, 0x70, 0xB8), True


def clean(text: str) -> str:
    """A text as XML can hold it."""
    return UNPRINTABLE.sub("", text)


def write(paragraph: Paragraph, text: Text) -> None:
    """Add pieces of text at the end of a paragraph."""
    for piece in [text] if isinstance(text, str | Bold | Link) else text:
        if isinstance(piece, Link):
            _link(paragraph, piece)
        elif isinstance(piece, Bold):
            paragraph.add_run(clean(piece.text)).bold = True
        else:
            paragraph.add_run(clean(piece))


def _drop_thumbnail(package: Any) -> None:
    """The template brings a picture of an empty page, which some file managers show."""
    for key in [key for key, item in package.rels.items() if item.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def _fill(cell: _Cell, value: Text) -> None:
    if not isinstance(value, str):
        write(_first(cell), value)
        return
    first, *others = value.splitlines() or [""]
    write(_first(cell), first)
    for line in filter(None, others):
        write(cell.add_paragraph(style=IN_TABLE), line)


def _first(cell: _Cell) -> Paragraph:
    """The paragraph that a cell begins with, closer set than the text around the table."""
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph.style = IN_TABLE
    return paragraph


def _link(paragraph: Paragraph, link: Link) -> None:
    related = paragraph.part.relate_to(link.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), related)
    run = Run(OxmlElement("w:r"), paragraph)
    # The library would look the style up again: this is its id.
    run.text, run._r.style = clean(link.text), "Hyperlink"
    element.append(run._r)
    paragraph._p.append(element)


def _field(paragraph: Paragraph, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = Run(OxmlElement("w:r"), paragraph)
    run.text = "1"
    field.append(run._r)
    paragraph._p.append(field)


def _one_font(fonts: Any) -> None:
    """Name the font itself: what the theme names is a serif for headings, and not the same on every machine."""
    for name in [name for name in fonts.attrib if name.lower().endswith("theme")]:
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _describe(table: Table, text: str) -> None:
    """What a screen reader says of a table before reading it."""
    for tag in ("w:tblCaption", "w:tblDescription"):
        element = OxmlElement(tag)
        element.set(qn("w:val"), clean(text))
        table._tbl.tblPr.append(element)


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E8EDF2")):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)


def _mark(row: Any, tag: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(tag))


def _set_widths(table: Table, shares: Sequence[float]) -> None:
    whole = sum(shares)
    for column, share in zip(table.columns, shares, strict=True):
        width = Cm(WIDTH * share / whole)
        column.width = width
        for cell in column.cells:
            cell.width = width
