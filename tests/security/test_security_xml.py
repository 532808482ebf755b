"""XML that is built to do harm: refused in every file that is read as XML, and nothing outside is ever fetched."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.drafts import Loaded
from pipeline.ingest.read_lxml import local, namespace, root_of, schema_findings
from pipeline.ingest.readers import read_transcript
from pipeline.ingest.xml_guard import refuse_unsafe_xml

Load = Callable[[str, bytes], Loaded]
Pack = Callable[[dict[str, str]], bytes]
CONFIG = IngestConfig()
TEXT = '<!DOCTYPE a [<!ENTITY x "yy">]><a>&x;</a>'
ATTRIBUTE = '<!DOCTYPE a [<!ENTITY x "yy">]><a b="&x;"/>'
BOMB = (
    "<!DOCTYPE a ["
    + '<!ENTITY x0 "lol">'
    + "".join(f'<!ENTITY x{i} "{f"&x{i - 1};" * 10}">' for i in range(1, 10))
    + ']><a b="&x9;">&x9;</a>'
)
REMOTE = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'
OTHER_FILE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
PARAMETER = '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a/>'


@pytest.mark.parametrize("xml", [TEXT, ATTRIBUTE, BOMB, REMOTE, OTHER_FILE, PARAMETER, "<!DOCTYPE a><a/>"])
@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("utf-8", "utf-8"),
        ("UTF-16", "utf-16"),
        ("iso-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
    ],
)
def test_a_document_type_is_refused_in_every_encoding(xml: str, declared: str, codec: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    for check in (refuse_unsafe_xml, root_of):
        with pytest.raises(InputError, match=r"a\.eaf: the XML declares a document type") as caught:
            check((head + xml).encode(codec), "a.eaf", CONFIG)
        assert "Remove the declaration" in caught.value.todo


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("utf-7", "utf-7"),
        ("cp037", "cp037"),
        ("cp500", "cp500"),
        ("utf-32", "utf-32"),
        ("utf-16-le", "utf-16-le"),
        ("", "utf-32"),
        ("ebcdic-cp-us", "ascii"),
        ("utf-7", "ascii"),
        ("shift_jis", "ascii"),
        ("x" * 60, "ascii"),
    ],
)
@pytest.mark.parametrize("xml", [TEXT, ATTRIBUTE, "<a>plain</a>"])
def test_an_unusual_encoding_is_refused_before_a_library_makes_something_of_it(
    declared: str, codec: str, xml: str
) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    data = (head + xml).encode(codec)
    if codec == "utf-16-le" and xml.startswith("<a>"):
        data = data[:-2]  # whole, it is honest UTF-16
    with pytest.raises(InputError, match=r"^a\.eaf: the XML "):
        root_of(data, "a.eaf", CONFIG)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_honest_xml_is_read(codec: str) -> None:
    declared = {"utf-8-sig": "utf-8", "latin-1": "iso-8859-1", "cp1252": "windows-1252"}.get(codec, codec)
    xml = f'<?xml version="1.0" encoding="{declared}"?><!-- c --><?xml-stylesheet href="x.xsl"?>'
    root = root_of(f'{xml}<a:b xmlns:a="urn:x">é</a:b>'.encode(codec), "a.eaf", CONFIG)
    assert (local(root), namespace(root), root.text) == ("b", "urn:x", "é")


def files(office: ModuleType, packed: Pack, evil: ModuleType) -> dict[str, dict[str, str]]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(evil.word())) as archive:
        word = {name: archive.read(name).decode() for name in archive.namelist()}
    return {
        "a.docx": word,
        "a.xlsx": office.xlsx(),
        "a.ods": office.ods(),
        "a.odt": office.odt(),
    }


def spoiled(part: str, how: str) -> str:
    """A document type in front of the root element, and an entity in its first attribute."""
    head, mark, rest = part.partition("?>")
    doctype = '<!DOCTYPE x [<!ENTITY e "eeee">]>'
    return head + mark + doctype + (rest if how == "declared" else rest.replace('="', '="&e;', 1))


@pytest.mark.parametrize("how", ["declared", "used"])
@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.ods", "a.odt"])
def test_no_part_of_an_office_file_may_declare_a_document_type(
    name: str, how: str, office: ModuleType, packed: Pack, evil: ModuleType, loaded: Load
) -> None:
    parts = files(office, packed, evil)[name]
    for part in (part for part in parts if part != "mimetype"):
        data = packed({**parts, part: spoiled(parts[part], how)})
        with pytest.raises(InputError, match="declares a document type") as caught:
            read_transcript(loaded(name, data), CONFIG)
        assert caught.value.where == f"{name}, part {part}"


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.ods", "a.odt"])
def test_unspoiled_they_are_read(name: str, office: ModuleType, packed: Pack, evil: ModuleType, loaded: Load) -> None:
    reading = read_transcript(loaded(name, packed(files(office, packed, evil)[name])), CONFIG)
    assert "ward sister" in reading.drafts[0].text


def test_empty_parts_as_libreoffice_writes_them_are_no_damage(office: ModuleType, packed: Pack, loaded: Load) -> None:
    data = packed({**office.odt(), "Configurations2/accelerator/current.xml": ""})
    assert "ward sister" in read_transcript(loaded("a.odt", data), CONFIG).drafts[0].text
    with pytest.raises(InputError, match=r"a\.odt"):
        read_transcript(loaded("a.odt", packed({**office.odt(), "content.xml": ""})), CONFIG)


def test_a_main_part_of_another_name_is_not_read_unchecked(evil: ModuleType, loaded: Load) -> None:
    """Which part is the document is said by another part; one that is not called .xml is not checked, so not read."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="word/other.bin"/></Relationships>'
    )
    other = (
        b'<!DOCTYPE x [<!ENTITY e "from the entity">]><w:document xmlns:w="http://schemas.openxmlformats.org/'
        b'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'
    )
    data = evil.word(evil.Part("_rels/.rels", rels.encode()), evil.Part("word/other.bin", other))
    try:
        text = "".join(draft.text for draft in read_transcript(loaded("a.docx", data), CONFIG).drafts)
    except InputError as problem:
        text = problem.what
    assert "from the entity" not in text


def test_eaf_and_codebooks_may_not_declare_a_document_type(office: ModuleType, tmp_path: Path, loaded: Load) -> None:
    with pytest.raises(InputError, match=r"a\.eaf: the XML declares a document type"):
        read_transcript(loaded("a.eaf", spoiled(office.eaf("&e;"), "declared").encode()), CONFIG)
    (tmp_path / "b.qdc").write_text(spoiled(office.qdc("&e;"), "declared"))
    with pytest.raises(InputError, match=r"b\.qdc: the XML declares a document type"):
        ingest.read_codebook(tmp_path / "b.qdc", CONFIG)
    (tmp_path / "c.qdc").write_text(office.qdc())
    assert [code.name for code in ingest.read_codebook(tmp_path / "c.qdc", CONFIG).codes] == ["Access"]


def test_nothing_outside_is_fetched(
    listener: tuple[str, Callable[[], int]], office: ModuleType, packed: Pack, loaded: Load, tmp_path: Path
) -> None:
    address, knocks = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read me")
    hints = (
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xi="http://www.w3.org/2001/XInclude" '
        f'xsi:schemaLocation="urn:QDA-XML:codebook:1.0 {address}/x.xsd" xsi:noNamespaceSchemaLocation="{address}/y.xsd"'
    )
    style = f'<?xml-stylesheet type="text/xsl" href="{address}/x.xsl"?>'
    include = f'<xi:include href="{secret.as_uri()}" parse="text"/><xi:include href="{address}/z.xml"/>'
    eaf = office.eaf("The ward sister did." + include)
    eaf = eaf.replace("<ANNOTATION_DOCUMENT", f"{style}<ANNOTATION_DOCUMENT {hints}", 1)
    root = root_of(eaf.encode(), "a.eaf", CONFIG)
    assert "do not read me" not in "".join(root.itertext())
    reading = read_transcript(loaded("a.eaf", eaf.encode()), CONFIG)
    assert all("do not read me" not in draft.text for draft in reading.drafts)
    qdc = office.qdc().replace("<CodeBook", f"{style}<CodeBook {hints}", 1)
    codebook = root_of(qdc.encode(), "a.qdc", CONFIG)
    schema_findings(codebook, "Codebook.xsd")
    section = f'<text:section xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{address}/x"/>'
    spaced = include.replace("<xi:include", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude"')
    for more in (section, spaced):
        try:
            drafts = read_transcript(
                loaded("a.odt", packed(office.odt(f"<text:p>PSW: Yes.</text:p>{more}"))), CONFIG
            ).drafts
        except InputError:
            drafts = ()
        assert all("do not read me" not in draft.text for draft in drafts)
    assert knocks() == 0


def test_linked_pictures_and_templates_of_word_are_not_fetched(
    listener: tuple[str, Callable[[], int]], evil: ModuleType, loaded: Load, tmp_path: Path
) -> None:
    address, knocks = listener
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = (
        f'<?xml version="1.0"?><Relationships xmlns="{rels}">'
        f'<Relationship Id="r7" Type="{base}/image" Target="{address}/x.png" TargetMode="External"/>'
        f'<Relationship Id="r8" Type="{base}/image" Target="file:///etc/passwd" TargetMode="External"/>'
        f'<Relationship Id="r9" Type="{base}/attachedTemplate" Target="{address}/x.dotm" TargetMode="External"/>'
        "</Relationships>"
    )
    picture = "".join(
        f'<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:link="{link}"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        for link in ("r7", "r8")
    )
    names = {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "r": base,
    }
    declared = " ".join(f'xmlns:{name}="{space}"' for name, space in names.items())
    body = f"<w:p><w:r><w:t>PSW: The ward sister did.</w:t></w:r></w:p>{picture}"
    document = f'<?xml version="1.0"?><w:document {declared}><w:body>{body}</w:body></w:document>'
    data = evil.word(evil.Part("word/_rels/document.xml.rels", more.encode()), document=document.encode())
    reading = read_transcript(loaded("a.docx", data), CONFIG)
    assert reading.drafts[0].text == "PSW: The ward sister did."
    assert knocks() == 0


@pytest.mark.parametrize("depth", [201, 10_000, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(InputError, match=r"a\.eaf: the XML is nested more than 200 levels deep"):
        root_of(b"<a>" * depth + b"</a>" * depth, "a.eaf", CONFIG)


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.xlsx", "a.ods", "a.eaf"])
def test_deep_nesting_is_refused_in_every_format(
    name: str, office: ModuleType, packed: Pack, evil: ModuleType, loaded: Load
) -> None:
    deep = "<w:p>" * 10_000 + "</w:p>" * 10_000
    if name == "a.eaf":
        data = office.eaf(deep.replace("w:p", "p")).encode()
    else:
        parts = files(office, packed, evil)[name]
        main = {"a.docx": "word/document.xml", "a.xlsx": "xl/worksheets/sheet1.xml"}.get(name, "content.xml")
        at = parts[main].rindex("</")
        data = packed({**parts, main: parts[main][:at] + deep + parts[main][at:]})
    with pytest.raises(InputError, match="nested more than 200 levels deep"):
        read_transcript(loaded(name, data), CONFIG)


def test_the_depth_that_is_allowed_is_read() -> None:
    root = root_of(b"<a>" * 200 + b"</a>" * 200, "a.eaf", CONFIG)
    assert sum(1 for _ in root.iter()) == 200


def test_a_tree_of_millions_is_refused_before_it_is_built() -> None:
    few = IngestConfig(max_elements=1000)
    root_of(b"<a>" + b"<b/>" * 999 + b"</a>", "a.eaf", few)
    with pytest.raises(InputError, match="holds more than 1,000 elements"):
        root_of(b"<a>" + b"<b/>" * 1000 + b"</a>", "a.eaf", few)


@pytest.mark.parametrize("xml", [b"<a b='%s'/>", b"<a>%s</a>", b"<%s/>"])
def test_huge_pieces_are_an_error_or_read_but_never_a_crash(xml: bytes) -> None:
    data = xml % (b"x" * 11_000_000)
    try:
        size = len(root_of(data, "a.eaf", CONFIG).tag)
    except InputError as problem:
        size = 0
        assert "the XML cannot be read" in problem.what  # noqa: PT017 (either outcome is right)
    assert size < 100


@pytest.mark.parametrize("data", [b"", b" ", b"\0", b"<", b"<a>", b"<a></b>", b"<a/><b/>", b"text", b"<a>&#0;</a>"])
def test_what_is_no_xml_is_named(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^a\.eaf: the XML cannot be read \(.+\)\. Export the file again\.$"):
        root_of(data, "a.eaf", CONFIG)


@given(st.binary(max_size=100).map(lambda data: b"<a>" + data + b"</a>") | st.binary(max_size=60))
def test_arbitrary_bytes_are_read_or_an_input_error(data: bytes) -> None:
    try:
        name = local(root_of(data, "a.eaf", CONFIG))
    except InputError as problem:
        name = problem.where
    assert name
