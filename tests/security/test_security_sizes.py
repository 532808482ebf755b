"""Absurd sizes that are no archives: sheets that span the world, endless cells, groups, numbers and lines."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.archive import checked_parts
from pipeline.ingest.drafts import Loaded, Reading
from pipeline.ingest.readers import read_transcript
from pipeline.ingest.xml_guard import refuse_unsafe_xml

Load = Callable[[str, bytes], Loaded]
Pack = Callable[[dict[str, str]], bytes]
CONFIG = IngestConfig()
TALK = "INT: Who helped you?\n\nPSW: The ward sister did.\n\nINT: How?\n\nPSW: With a key.\n"
ROW = "<table:table-row"
FAR = {
    "last cell": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "lower case": '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    "row without cells' places": '<row r="9999999"><c r="A1"><v>1</v></c><c r="B9999999"><v>1</v></c></row>',
    "single quotes": "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "place as a reference": '<row r="1048576"><c s="0" r="&#88;&#70;&#68;1048576"><v>1</v></c></row>',
    "formula": '<row r="1048576"><c r="XFD1048576"><f>1+1</f></c></row>',
    "text in the cell": '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
    "two corners": '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
}
OPEN_FAR = {
    "rows": f'{ROW} table:number-rows-repeated="1048576">CELLx16384</table:table-row>',
    "rows of a few": f'{ROW} table:number-rows-repeated="900000000">CELLx20</table:table-row>',
    "blank rows between": f'{ROW} table:number-rows-repeated="900000000"/>{ROW}>CELLx20</table:table-row>',
    "blank cells between": f'{ROW}><table:table-cell table:number-columns-repeated="900000000"/>CELLx1'
    "</table:table-row>",
    "inside another": f'{ROW}><table:table-cell><table:table table:name="in"/></table:table-cell></table:table-row>'
    f'{ROW} table:number-rows-repeated="1048576">CELLx16384</table:table-row>',
}


def cells(text: str) -> str:
    for count in (16384, 20, 1):
        cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{count}">'
        text = text.replace(f"CELLx{count}", f"{cell}<text:p>x</text:p></table:table-cell>")
    return text


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
def test_a_sheet_with_a_cell_far_outside_is_refused(rows: str, office: ModuleType, packed: Pack, loaded: Load) -> None:
    """calamine 0.9.1 builds the whole rectangle: 500 GB for one cell in the last corner, and the process dies."""
    file = loaded("a.xlsx", packed(office.xlsx(office.rows() + rows)))
    with pytest.raises(InputError, match=r"the sheet spans [\d,]+ rows and [\d,]+ columns") as caught:
        checked_parts(file, CONFIG)
    assert caught.value.where == "a.xlsx, part xl/worksheets/sheet1.xml"
    with pytest.raises(InputError, match="the sheet spans"):
        read_transcript(file, CONFIG)


@pytest.mark.parametrize("rows", OPEN_FAR.values(), ids=OPEN_FAR)
def test_an_open_sheet_that_repeats_itself_without_end_is_refused(
    rows: str, office: ModuleType, packed: Pack, loaded: Load
) -> None:
    file = loaded("a.ods", packed(office.ods(f"{ROW}>{office.open_cell('text')}</table:table-row>{cells(rows)}")))
    with pytest.raises(InputError, match=r"the sheet spans [\d,]+ rows and [\d,]+ columns") as caught:
        read_transcript(file, CONFIG)
    assert caught.value.where == "a.ods, part content.xml"


@pytest.mark.parametrize("place", ["XFD", "1", "A1B", "AAAA1", "A12345678", "A-1", "$A$1", "Ａ1", "A１"])
def test_a_cell_without_a_proper_place_is_refused(place: str, office: ModuleType, packed: Pack, loaded: Load) -> None:
    file = loaded("a.xlsx", packed(office.xlsx(office.rows() + f'<row><c r="{place}"><v>1</v></c></row>')))
    with pytest.raises(InputError, match="a cell without a proper place"):
        read_transcript(file, CONFIG)


@pytest.mark.parametrize("count", ["-1", "1e9", "9" * 30, "x", "１"])
def test_a_count_that_is_no_number_is_refused(count: str, office: ModuleType, packed: Pack, loaded: Load) -> None:
    rows = cells(f'{ROW} table:number-rows-repeated="{count}">CELLx1</table:table-row>')
    with pytest.raises(InputError, match="counts its rows or columns with"):
        read_transcript(loaded("a.ods", packed(office.ods(rows))), CONFIG)


def test_formats_of_blank_cells_far_outside_do_no_harm(office: ModuleType, packed: Pack, loaded: Load) -> None:
    """Whole columns are often formatted; LibreOffice says so with a million blank rows at the end of every sheet."""
    far = '<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row>'
    reading = read_transcript(loaded("a.xlsx", packed(office.xlsx(office.rows() + far))), CONFIG)
    assert len(reading.drafts[0].talks) == 2
    rows = "".join(f"{ROW}>{''.join(map(office.open_cell, row))}</table:table-row>" for row in office.ROWS)
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows += f'{ROW} table:number-rows-repeated="1048573">{blank}</table:table-row>'
    reading = read_transcript(loaded("a.ods", packed(office.ods(rows))), CONFIG)
    assert len(reading.drafts[0].talks) == 2


def test_a_declared_extent_is_not_believed(office: ModuleType, packed: Pack, loaded: Load) -> None:
    parts = office.xlsx()
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    assert len(read_transcript(loaded("a.xlsx", packed(parts)), CONFIG).drafts[0].talks) == 2


def test_the_largest_sheet_that_passes_fits_into_memory(office: ModuleType, packed: Pack, tmp_path: Path) -> None:
    """Just below the limit, in a process of its own that may take 2 GB and no more."""
    far = '<row r="1000000"><c r="J1000000" t="inlineStr"><is><t>end</t></is></c></row>'
    rows = office.rows().replace('r="B', 'r="C').replace('r="C1"', 'r="C1"') + far
    (tmp_path / "a.xlsx").write_bytes(packed(office.xlsx(rows)))
    code = (
        "import sys, io, python_calamine; from pathlib import Path; from pipeline.config import IngestConfig\n"
        "from pipeline.ingest.archive import checked_parts, copy_of; from pipeline.ingest.drafts import Loaded\n"
        "data = Path(sys.argv[1]).read_bytes()\n"
        "copy = copy_of(checked_parts(Loaded(Path('a.xlsx'), 'a.xlsx', data, ''), IngestConfig()))\n"
        "book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(copy))\n"
        "print(len(book.get_sheet_by_name('Talk').to_python(skip_empty_area=False)))\n"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.xlsx")],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
        env={"OPENBLAS_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stdout) == (0, "1000000\n"), done.stderr


def outcome(file: Loaded) -> Reading | InputError:
    """What comes of a file: it is read, or refused with an error that names it; nothing else may happen."""
    try:
        return read_transcript(file, CONFIG)
    except InputError as problem:
        assert problem.where.startswith(file.name)  # noqa: PT017 (either outcome is right)
        return problem


@pytest.mark.parametrize(
    "data",
    [
        "[" * 100_000,
        '{"segments": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"segments": [{"start": 1e999, "end": -1e999, "text": "Yes."}]}',
        '{"segments": [{"start": NaN, "end": Infinity, "text": "Yes."}]}',
        '{"segments": [{"start": ' + "9" * 5000 + ', "end": 1, "text": "Yes."}]}',
        '{"segments": [{"start": 1e300, "end": 1e308, "text": "Yes."}]}',
        '{"segments": [null, 1, "a", [], {"text": 5}]}',
        '{"segments": {"text": "Yes."}}',
        '{"segments": [{"start": true, "end": {}, "text": "\\ud800"}]}',
    ],
    ids=["open", "deep list", "deep object", "endless", "no number", "long number", "late", "odd", "object", "half"],
)
def test_json_without_sense_is_refused_or_read(data: str, loaded: Load) -> None:
    found = outcome(loaded("a.json", data.encode()))
    if isinstance(found, Reading):
        for draft in found.drafts:
            draft.text.encode()
            assert all(t.start_ms is None or 0 <= t.start_ms < 10**12 for t in draft.talks)


@pytest.mark.parametrize(
    "times",
    [
        "99999999999999999999:00:00.000 --> 99999999999999999999:00:01.000",
        "00:00:01.000 --> 00:00:00.000",
        "-1:00:00.000 --> 00:00:01.000",
        "00:99:99.999 --> 00:99:99.999",
        "0" * 5000 + ":00:01.000 --> 00:00:02.000",
        "９9:00:00.000 --> ９9:00:01.000",
        "00:00:01.000 --> " * 50,
    ],
)
@pytest.mark.parametrize("kind", ["vtt", "srt"])
def test_captions_at_absurd_times_are_refused_or_read(kind: str, times: str, loaded: Load) -> None:
    head = "WEBVTT\n\n" if kind == "vtt" else ""
    times = times if kind == "vtt" else times.replace(".", ",")
    good = "00:00:03.000 --> 00:00:04.000" if kind == "vtt" else "00:00:03,000 --> 00:00:04,000"
    text = f"{head}1\n{times}\nPSW: Yes.\n\n2\n{good}\nINT: No.\n"
    found = outcome(loaded(f"a.{kind}", text.encode()))
    if isinstance(found, Reading):
        assert all(t.start_ms is None or 0 <= t.start_ms < 10**12 for d in found.drafts for t in d.talks)


RTF = {
    "deep": lambda n: "{" * n + "PSW: Yes." + "}" * n,
    "unclosed": lambda n: "{\\b " * n + "PSW: Yes.",
    "closed too often": lambda n: "PSW: Yes." + "}" * n,
    "binary": lambda n: "\\bin2000000000 " + "x" * n,
    "negative binary": lambda n: "\\bin-5 " + "x" * n,
    "long word": lambda n: "\\" + "a" * n,
    "long number": lambda n: "\\u" + "9" * n + "?",
    "unicode": lambda n: "\\uc1000000\\u8364?" + "x" * n,
    "backslashes": lambda n: "\\" * n,
    "stars": lambda n: "{\\*\\x" * n,
    "hex": lambda n: "\\'" * n,
}


@pytest.mark.parametrize("kind", RTF)
def test_rich_text_without_sense_is_refused_or_read(kind: str, loaded: Load) -> None:
    make = RTF[kind]
    outcome(loaded("a.rtf", ("{\\rtf1\\ansi " + make(50_000) + "\\par PSW: Yes.}").encode()))
    assert outcome(loaded("a.rtf", ("{\\rtf1\\ansi " + make(50_000) + "}").encode()))


LONG_LINES = {
    "letters": lambda n: "a" * n,
    "words": lambda n: "word " * (n // 5),
    "colons": lambda n: "a: " * (n // 3),
    "blanks": lambda n: " " * n + "x",
    "tabs": lambda n: "\t" * n + "x",
    "marks": lambda n: "\u200e" * n + "x",
    "digits": lambda n: "1" * n,
    "times": lambda n: "00:00:01 " * (n // 9),
    "brackets": lambda n: "[" * n,
    "bracket pairs": lambda n: "[a] " * (n // 4),
    "hashes": lambda n: "#" * n,
    "stars": lambda n: "*" * n,
    "sentences": lambda n: "Yes. Ann " * (n // 9),
    "quotes": lambda n: '"' * n,
    "feeds": lambda n: "\f" * n,
    "new lines": lambda n: "\n" * n + "x",
    "returns": lambda n: "\r" * n + "x",
    "angles": lambda n: "<v " * (n // 3),
    "ampersands": lambda n: "&" * n,
}


@pytest.mark.parametrize("name", ["a.txt", "a.vtt", "a.srt", "a.cha", "a.csv"])
@pytest.mark.parametrize("kind", LONG_LINES)
def test_a_line_of_megabytes_takes_time_in_proportion(kind: str, name: str, loaded: Load) -> None:
    make = LONG_LINES[kind]
    around = {
        "a.txt": TALK + "{}",
        "a.vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nPSW: {}\n",
        "a.srt": "1\n00:00:01,000 --> 00:00:02,000\nPSW: {}\n",
        "a.cha": "@UTF8\n@Begin\n@Participants:\tPSW Adult\n*PSW:\t{}\n@End\n",
        "a.csv": 'speaker,text\nPSW,"{}"\n',
    }[name]
    text = (lambda n: make(n).replace('"', '""')) if name == "a.csv" else make
    assert outcome(loaded(name, around.replace("{}", text(200_000)).encode()))


def test_many_lines_are_read(loaded: Load) -> None:
    for line in ("Ann: Yes.\n", "Yes\n", "Ann 0:15\nYes.\n\n", "[id1] Yes.\n", "# x\n"):
        assert isinstance(outcome(loaded("a.txt", (line * 2000).encode())), Reading)


@pytest.mark.parametrize("size", [200_000, 5_000_000])
def test_a_giant_field_of_a_table_is_read(size: int, loaded: Load) -> None:
    reading = read_transcript(loaded("a.csv", f'speaker,text\nPSW,"{"word " * (size // 5)}"\n'.encode()), CONFIG)
    assert len(reading.drafts[0].talks) == 1


def test_a_field_that_is_never_closed_is_named(loaded: Load) -> None:
    found = outcome(loaded("a.csv", b'speaker,text\nPSW,"' + b"word\n" * 200_000))
    assert isinstance(found, InputError)
    assert "line 2" in found.where


def test_a_table_of_absurd_columns_is_refused_or_read(loaded: Load) -> None:
    assert outcome(loaded("a.csv", b"text" + b"," * 50_000 + b"\n" + b"x" + b"," * 50_000))


def test_numbers_of_thousands_of_digits_in_tables_do_no_harm(loaded: Load) -> None:
    long = "9" * 5000
    assert outcome(
        loaded("a.csv", f"speaker,text,turn,start_time\nPSW,Yes.,{long},{long}\nPSW,No.,2,{long}:00\n".encode())
    )


def test_a_parquet_table_of_a_billion_rows_is_refused(tmp_path: Path, loaded: Load) -> None:
    """Run-length coding packs any number of equal rows into a few hundred bytes."""
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    rows = 3_000_000
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["Yes. " * 200])
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet", compression="zstd")
    data = (tmp_path / "a.parquet").read_bytes()
    assert len(data) * 1000 < rows * 1000
    found = outcome(loaded("a.parquet", data))
    assert isinstance(found, InputError)


HIDDEN = {
    "comment": "<!--{}-->",
    "data": "<w:p><![CDATA[{}]]></w:p>",
    "instruction": "<?x {}?>",
}


@pytest.mark.parametrize("where", HIDDEN)
@pytest.mark.parametrize("tag", ["<w:txbxContent>", "<mc:Fallback>", "<w:t >", "<w:del "])
def test_tags_that_only_seem_to_stand_in_a_word_file_are_refused(
    tag: str, where: str, evil: ModuleType, loaded: Load
) -> None:
    """A search of the bytes would count them, or look for their end a thousand times over."""
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    said = f"<w:p><w:r><w:t>PSW: Yes.</w:t></w:r></w:p>{HIDDEN[where].format(tag * 20_000)}"
    document = f'<?xml version="1.0"?><w:document {ns}><w:body>{said}</w:body></w:document>'
    with pytest.raises(InputError, match="tags where only remarks may stand") as caught:
        read_transcript(loaded("a.docx", evil.word(document=document.encode())), CONFIG)
    assert caught.value.where == "a.docx, part word/document.xml"


def test_remarks_and_marked_text_in_office_files_are_read(evil: ModuleType, loaded: Load) -> None:
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    said = "<!-- Generated; a < b --><w:p><w:r><w:t>PSW: <![CDATA[3 < 4 & 5]]> people.</w:t></w:r></w:p>"
    document = (
        f'<?xml version="1.0"?><?mso-application progid="Word"?><w:document {ns}><w:body>{said}</w:body></w:document>'
    )
    reading = read_transcript(loaded("a.docx", evil.word(document=document.encode())), CONFIG)
    assert reading.drafts[0].text == "PSW: 3 < 4 & 5 people."


@pytest.mark.parametrize(
    "tag", ["<w:txbxContent>{}</w:txbxContent>", "<mc:Fallback>{}</mc:Fallback>", "<w:tbl>{}</w:tbl>"]
)
def test_many_boxes_are_read(tag: str, evil: ModuleType, loaded: Load) -> None:
    ns = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    box = tag.format("<w:p><w:r><w:t>Yes.</w:t></w:r></w:p>")
    around = '<?xml version="1.0"?><w:document {}><w:body>{}</w:body></w:document>'
    assert isinstance(outcome(loaded("a.docx", evil.word(document=around.format(ns, box * 2000).encode()))), Reading)


def test_json_is_of_a_sensible_depth_for_the_test() -> None:
    with pytest.raises(RecursionError):
        json.loads("[" * 100_000)


def test_the_guard_knows_a_sheet_whatever_its_root_is_called() -> None:
    far = '<x:sheetData><x:row><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData>'
    with pytest.raises(InputError, match="the sheet spans"):
        refuse_unsafe_xml(f'<x:other xmlns:x="urn:x">{far}</x:other>'.encode(), "a.xlsx", CONFIG)
