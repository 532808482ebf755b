"""Typed transcripts in Word, OpenDocument and rich text, and in the shapes in which programs export them."""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.formats import office
from pipeline.ingest.readers import read_transcript

FIXTURES = Path(__file__).parents[1] / "fixtures"
FORMATS = FIXTURES / "formats"
FOLDERS = ("14_typed_word", "15_typed_open", "16_legacy", "18_typed_times", "21_typed_exports")
FILES = [
    path
    for folder in FOLDERS
    for path in sorted((FORMATS / folder).iterdir())
    if not path.name.endswith(".expected.json")
]


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("typed_fixtures", FIXTURES / "build" / "typed.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = _module()


def read(name: str, data: bytes, **settings: object) -> Reading:
    return read_transcript(Loaded(Path(name), name, data, ""), IngestConfig(**settings))


def turns(reading: Reading) -> list[tuple[str, str]]:
    (draft,) = reading.drafts
    return [(talk.label, draft.text[talk.start : talk.end]) for talk in draft.talks]


def times(reading: Reading) -> list[tuple[int | None, int | None]]:
    return [(talk.start_ms, talk.end_ms) for talk in reading.drafts[0].talks]


def dropped(reading: Reading) -> list[tuple[str, str]]:
    return [(item.reason, item.text) for item in reading.drafts[0].dropped]


def told(reading: Reading) -> list[str]:
    return [problem.what for problem in reading.problems]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fixture_gives_its_turns(path: Path) -> None:
    expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    reading = read(path.name, path.read_bytes())
    found = [
        {
            "document": draft.id,
            "encoding": draft.encoding,
            "turns": [
                {
                    "turn": talk.number,
                    "speaker": talk.label,
                    "start_ms": talk.start_ms,
                    "end_ms": talk.end_ms,
                    "text": draft.text[talk.start : talk.end],
                }
                for talk in draft.talks
            ],
            "dropped": [{"reason": item.reason, "text": item.text} for item in draft.dropped],
        }
        for draft in reading.drafts
    ]
    assert found == expected["documents"]
    assert told(reading) == expected["problems"]


@pytest.mark.parametrize("name", MAKE.FILES)
def test_a_fixture_is_what_its_script_makes(name: str) -> None:
    assert (FORMATS / name).read_bytes() == MAKE.FILES[name]()


def test_one_talk_gives_the_same_document_from_every_kind_of_file() -> None:
    word = read("typed.docx", MAKE.typed_docx())
    for name, data in (("typed.odt", MAKE.typed_odt()), ("typed.rtf", MAKE.typed_rtf())):
        other = read(name, data)
        assert other.drafts[0].text == word.drafts[0].text
        assert other.drafts[0].talks == word.drafts[0].talks
        assert told(other) == told(word)


LABELLED = (("I", "How was it?"), ("P", "Good."), ("I", "And then?"), ("P", "We left."))


def rows_as(kind: str, rows: list[tuple[str, ...]]) -> Reading:
    if kind == "docx":
        return read("t.docx", MAKE.docx(MAKE.table(rows)))
    if kind == "odt":
        cells = "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
            + "</table:table-row>"
            for row in rows
        )
        return read("t.odt", MAKE.open_text(f"<table:table>{cells}</table:table>"))
    cells = "".join("\\trowd\\pard\\intbl " + "".join(f"{cell}\\cell " for cell in row) + "\\row " for row in rows)
    return read("t.rtf", MAKE.rtf(cells, "\\pard\\par"))


@pytest.mark.parametrize("kind", ["docx", "odt", "rtf"])
class TestTables:
    def test_two_columns_in_any_order(self, kind: str) -> None:
        assert turns(rows_as(kind, list(LABELLED))) == list(LABELLED)
        assert turns(rows_as(kind, [(text, name) for name, text in LABELLED])) == list(LABELLED)

    def test_running_numbers_are_no_times(self, kind: str) -> None:
        reading = rows_as(kind, [(str(i), name, text) for i, (name, text) in enumerate(LABELLED, start=1)])
        assert turns(reading) == list(LABELLED)
        assert times(reading) == [(None, None)] * 4

    def test_headings_say_which_column_is_what(self, kind: str) -> None:
        head = ("Timespan", "Content", "Speaker", "Notes")
        reading = rows_as(kind, [head, ("0:05 - 0:09", "Well.", "Ann", "nods"), ("0:10 - 0:12", "So.", "Bob", "")])
        assert turns(reading) == [("Ann", "Well."), ("Bob", "So.")]
        assert times(reading) == [(5000, 9000), (10_000, 12_000)]
        assert dropped(reading) == [("header", "Timespan | Content | Speaker | Notes")]
        assert "1 further column of a table was left out" in told(reading)

    def test_names_that_no_line_could_begin_with(self, kind: str) -> None:
        rows = [("1st nurse (ward 3)", "One."), ("#2", "Two."), ("1st nurse (ward 3)", "Three."), ("#2", "Four.")]
        assert turns(rows_as(kind, rows)) == rows

    def test_a_row_without_a_speaker_goes_on(self, kind: str) -> None:
        rows = [("I", "Yes?", "0:01"), ("P", "One.", "0:02"), ("", "Two.", "0:05"), ("I", "Ok.", "0:09")]
        reading = rows_as(kind, rows)
        assert turns(reading) == [("I", "Yes?"), ("P", "One.\n\nTwo."), ("I", "Ok.")]
        assert "1 time of a table's row without a speaker was left out" in told(reading)

    def test_a_table_of_facts_is_no_talk(self, kind: str) -> None:
        reading = rows_as(kind, [("Date", "3 May"), ("Place", "Leeds")])
        assert [name for name, _ in turns(reading)] == [""] * 4
        assert any("read cell by cell" in what for what in told(reading))


def test_a_merged_speaker_cell_of_word_is_one_speaker() -> None:
    rows = [("I", "Yes?"), ("P", "One."), ("", "Two."), ("I", "Ok."), ("P", "Fine.")]
    body = MAKE.table(rows)
    first, second = body.split('preserve">One.', 1)
    start = first.rindex("<w:tc>", 0, first.rindex("<w:tc>"))
    spanned = (
        first[:start]
        + first[start:].replace("<w:tcPr/>", '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', 1)
        + 'preserve">One.'
        + second.replace("<w:tcPr/>", "<w:tcPr><w:vMerge/></w:tcPr>", 1)
    )
    reading = read("t.docx", MAKE.docx(spanned))
    assert turns(reading) == [("I", "Yes?"), ("P", "One.\n\nTwo."), ("I", "Ok."), ("P", "Fine.")]


def test_word_tells_what_it_leaves_out() -> None:
    hidden = '<w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space="preserve"> hidden</w:t></w:r>'
    body = MAKE.para("I: How?") + MAKE.para("P: So", hidden) + '<w:altChunk r:id="r9"/>'
    reading = read("a.docx", MAKE.docx(body))
    assert turns(reading) == [("I", "How?"), ("P", "So hidden")]
    assert "the document holds hidden text; it was read as if it were shown" in told(reading)
    assert any("embedded as a file" in what for what in told(reading))


def test_a_text_box_is_read_or_told() -> None:
    inside = f"<w:txbxContent>{MAKE.para('a note in a box')}</w:txbxContent>"
    space = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    old = f"<w:r><w:pict {space}><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></w:r>"
    new = f'<w:r><w:drawing><x:wsp xmlns:x="urn:x">{inside}</x:wsp></w:drawing></w:r>'
    kept = read("a.docx", MAKE.docx(MAKE.para("I: How?") + MAKE.para("P: So", old)))
    assert "a note in a box" in kept.drafts[0].text
    assert told(kept) == []
    lost = read("a.docx", MAKE.docx(MAKE.para("I: How?") + MAKE.para("P: So", new)))
    assert "a note in a box" not in lost.drafts[0].text
    assert told(lost) == ["1 text box was left out"]


@pytest.mark.parametrize(("typed", "kept"), [(("1", "2", "3"), False), (("1", "3"), True), (("40",), True)])
def test_typed_page_numbers_go_only_if_they_rise_by_one(typed: tuple[str, ...], kept: bool) -> None:
    lines = ["I: How?", "P: So it was", *[line for n in typed for line in (n, "and on")], "I: Ok?", "P: Yes."]
    reading = read("a.docx", MAKE.docx("".join(MAKE.para(line) for line in lines)))
    assert any(typed[0] == line for line in reading.drafts[0].text.split("\n")) is kept
    assert len(reading.problems) == (not kept)


@pytest.mark.parametrize("bold", [True, False])
def test_digits_below_a_name_are_no_page_numbers(bold: bool) -> None:
    mark = "" if bold else ":"
    pairs = (("Ann", "How many?"), ("Bob", "3"), ("Ann", "And now?"), ("Bob", "4"))
    body = "".join(MAKE.para(MAKE.run(name + mark, bold=bold)) + MAKE.para(text) for name, text in pairs)
    assert turns(read("a.docx", MAKE.docx(body))) == list(pairs)


def test_a_picture_of_word_is_told() -> None:
    import docx

    document = docx.Document()
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8d"
        "b00000000049454e44ae426082"
    )
    document.add_paragraph("I: How?").add_run().add_picture(io.BytesIO(pixel))
    document.add_paragraph("P: So.")
    out = io.BytesIO()
    document.save(out)
    reading = read("a.docx", out.getvalue())
    assert turns(reading) == [("I", "How?"), ("P", "So.")]
    assert told(reading) == ["1 picture was left out"]


def test_open_text_blanks_styles_and_boxes() -> None:
    styles = (
        '<style:style style:name="B" style:family="paragraph"><style:text-properties fo:font-weight="700"/>'
        "</style:style>"
        '<style:style style:name="C" style:family="paragraph" style:parent-style-name="B"/>'
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="R" style:family="paragraph" style:parent-style-name="R"/>'
    )
    box = "<text:span><draw:frame xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'><draw:text-box>" \
          "<text:p>in a box</text:p></draw:text-box><draw:image/></draw:frame></text:span>"  # fmt: skip
    body = (
        '<text:p text:style-name="C">Ann</text:p><text:p text:style-name="R">How  '
        "<text:span> was</text:span>\n\tit?</text:p>"
        f'<text:p text:style-name="B">Bob</text:p><text:p>So{box}<text:s/><text:s text:c="2"/>so'
        '<text:span text:style-name="H"> hidden</text:span>.</text:p>'
        '<text:p text:style-name="C">Ann</text:p><text:list><text:list-item><text:number>1.</text:number><text:p>Then?'
        "</text:p></text:list-item></text:list><text:section><text:p text:style-name='B'>Bob</text:p></text:section>"
        "<text:p>We<text:soft-page-break/> left.</text:p>"
    )
    reading = read("a.odt", MAKE.open_text(body, styles))
    assert turns(reading) == [
        ("Ann", "How was it?"), ("Bob", "So   so hidden.\n\nin a box"), ("Ann", "Then?"), ("Bob", "We left.")
    ]  # fmt: skip
    assert told(reading) == [
        "the document holds hidden text; it was read as if it were shown", "1 picture was left out"
    ]  # fmt: skip


RTF = {
    "a line break of TextEdit": ("I: How?\\\nP: So.\\\nI: Ok?\\\nP: Yes.", "P", "So."),
    "letters by number": ("I: How?\\par P: \\u8222\\'84So\\u8220\\'93 \\u-10179?\\u-8704?\\par", "P", "„So“ 😀"),
    "no substitute": ("I: How?\\par P: \\uc0\\u8364 5 so\\par", "P", "€5 so"),
    "substitute at the end": ("I: How?\\par P: So {\\b\\u8364}.\\par I: Ok\\par", "P", "So €."),
    "a Greek font": ("I: How?\\par P: {\\f1\\'e1\\'e2}\\par", "P", "αβ"),
    "raw bytes": ("I: How?\\par P: caf\xe9\\par", "P", "café"),
    "braces and bars": ("I: How?\\par P: \\{so\\} | \\\\cell|\\par", "P", "{so} | \\cell|"),
    "deleted text": ("I: How?\\par P: So{\\deleted  not\\par nothing}{\\deleted1 x\\deleted0 y}.\\par", "P", "Soy."),
    "plain ends it": ("I: How?\\par P: {\\deleted x\\plain So.}\\par", "P", "So."),
    "a link": (
        'I: How?\\par P: See {\\field{\\*\\fldinst HYPERLINK "http://a.b"}{\\fldrslt here}}.\\par',
        "P",
        "See here.",
    ),
    "a list": ("I: How?\\par {\\listtext 1.\\tab}P: So.\\par", "P", "So."),
    "an unknown destination": ("I: How?\\par P: S{\\*\\unheard of \\b it}o.\\par", "P", "So."),
    "quotes by name": ("I: How?\\par P: \\ldblquote So\\rdblquote\\emdash it\\rquote s\\par", "P", "“So”—it’s"),
    "a path": ("I: How?\\par P: C:\\\\pictures\\\\bin 3 {\\b so}.\\par", "P", "C:\\pictures\\bin 3 so."),
    "a page": ("I: How?\\page P: So.\\sect I: Ok\\par", "P", "So."),
}


@pytest.mark.parametrize("name", RTF)
def test_rich_text(name: str) -> None:
    written, label, text = RTF[name]
    head = (
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 Arial;}"
        "{\\f1\\fswiss\\fcharset161{\\*\\panose 020b;}{\\*\\falt Helvetica;}Arial Greek;}}\\f0 "
    )
    reading = read("a.rtf", (head + written + "}").encode("latin-1"))
    assert turns(reading)[1] == (label, text)


def test_rich_text_tells_pictures_and_hidden_text() -> None:
    picture = "{\\*\\shppict{\\pict\\pngblip 89504e47}}{\\nonshppict{\\pict\\wmetafile8 0100}}{\\pict\\bin9 }}}{\\x }}}"
    reading = read("a.rtf", MAKE.rtf(f"I: How?\\par P: {picture}So {{\\v unseen}}.\\par"))
    assert turns(reading) == [("I", "How?"), ("P", "So unseen.")]
    assert told(reading) == [
        "the document holds hidden text; it was read as if it were shown", "2 pictures were left out"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{\\rtf1 I: How?\\par P: So", "breaks off"),
        (b"{\\rtf1 I: {\\b How?\\par P: So}", "breaks off"),
        (b"{\\rtf1 {\\fonttbl{\\f0\\fcharset130 A;}{\\f1\\fcharset79 B;}}\\f1 \\'e1\\'e1}", "cannot be read"),
        (b"{\\rtf1 " + b"{" * 2000, "nested"),
        (b"plain", "not rich text"),
    ],
)
def test_damaged_rich_text_is_refused(data: bytes, message: str) -> None:
    loaded = Loaded(Path("a.rtf"), "a.rtf", data, "")
    with pytest.raises(InputError, match=message) as caught:
        office.read_rtf(loaded, IngestConfig())
    assert "a.rtf" in str(caught.value)


@pytest.mark.parametrize("font", ["\\f1 ", "\\f1\\fcharset0 a", "{\\f1\\fcharset0 ", "\\field{", "\\pict\\bin0 "])
def test_rich_text_that_would_keep_a_search_busy_is_read(font: str) -> None:
    data = (
        "{\\rtf1{\\fonttbl" + font * 50_000 + "}" * (1 + 50_000 * font.count("{")) + "I: How?\\par P: So.}"
    ).encode()
    try:
        reading = read("a.rtf", data)
        assert turns(reading) == [("I", "How?"), ("P", "So.")]
    except InputError:
        assert "{" in font


@pytest.mark.parametrize("make", [MAKE.typed_docx, MAKE.typed_odt, MAKE.typed_rtf])
def test_half_a_file_is_refused(make) -> None:
    data = make()
    name = f"a.{make.__name__.removeprefix('typed_')}"
    for at in range(10, len(data) - 10, max(len(data) // 25, 1)):
        with pytest.raises(InputError, match=r"a\."):
            read(name, data[:at])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["docx", "odt", "rtf"]), st.data())
def test_spoilt_files_are_read_or_refused(kind: str, data: st.DataObject) -> None:
    whole = {"docx": MAKE.typed_docx, "odt": MAKE.typed_odt, "rtf": MAKE.typed_rtf}[kind]()
    at = data.draw(st.integers(0, len(whole) - 1))
    patch = data.draw(st.binary(max_size=8))
    try:
        reading = read(f"a.{kind}", whole[:at] + patch + whole[at + len(patch) :])
    except InputError:
        return
    for draft in reading.drafts:
        for talk in draft.talks:
            assert draft.text[talk.start : talk.end].strip() == draft.text[talk.start : talk.end] != ""


CONTROL = st.sampled_from(
    r"\par |\cell |\row |\pard\intbl |\pard |{|}|{\b |\b0 |\u8217|\'92|I: so |P: no |\deleted |\plain |{\*|\tab |"
    r"\line |{\pict |\bin3 |12|\|\uc2 |{\footnote |\u|\uc|\ansicpg932 |\'81|{\fonttbl{\f3\fcharset128 x;}}|\f3 ".split(
        "|"
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CONTROL, max_size=30))
def test_any_rich_text_is_read_or_refused(pieces: list[str]) -> None:
    try:
        reading = read("a.rtf", ("{\\rtf1\\ansi " + "".join(pieces) + "}").encode("latin-1"))
    except InputError:
        return
    for draft in reading.drafts:
        assert not any(0xFDD0 <= ord(letter) <= 0xFDEF for letter in draft.text)
        assert "pipelinemark" not in draft.text


@pytest.mark.parametrize("kind", ["docx", "odt", "rtf"])
def test_a_long_interview_is_read_whole(kind: str) -> None:
    line = "so it was and so it went on for a while with us on the ward. " * 8
    if kind == "docx":
        data = MAKE.docx("".join(MAKE.para(f"{'IP'[i % 2]}: {line}") for i in range(1500)))
    elif kind == "odt":
        data = MAKE.open_text("".join(f"<text:p>{'IP'[i % 2]}: {line}</text:p>" for i in range(1500)))
    else:
        picture = "{\\pict\\pngblip " + "89504e47" * 400_000 + "}"
        data = MAKE.rtf(picture, *(f"{{\\rtlch {'IP'[i % 2]}: {line}}}\\par" for i in range(1500)))
    reading = read(f"a.{kind}", data)
    assert len(reading.drafts[0].talks) == 1500
