"""A small invented run, and readers of REFI-QDA that share nothing with the writer."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from lxml import etree

from pipeline import records as r

SCHEMAS = Path(__file__).parents[2] / "pipeline" / "ingest" / "schemas"
TEXT = 'I: Far?\nP1: We walked two hours 🚶 & waited.\nP1: هم خوب بودند <very> "kind".\n'


class Project:
    """A .qdpx read with zipfile and the standard library's XML reader."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.entries = archive.infolist()
            self.files = {entry.filename: archive.read(entry) for entry in self.entries}
        self.root = ElementTree.fromstring(self.files["project.qde"])  # noqa: S314 (written by ourselves)
        for element in self.root.iter():
            namespace, element.tag = element.tag[1:].split("}")
            assert namespace == "urn:QDA-XML:project:1.0"

    def name(self, guid: str) -> str:
        (found,) = [e.get("name") for e in self.root.iter() if e.get("guid") == guid]
        return found

    def text(self, source: ElementTree.Element) -> str:
        return self.files["sources/" + source.get("plainTextPath").removeprefix("internal://")].decode("utf-8-sig")

    def codings(self) -> list[tuple[str, str, str, str]]:
        """Every coding as (document, text at the positions, user, code) in the order of the file."""
        found = []
        for source in self.root.iter("TextSource"):
            text = self.text(source)
            for selection in source.iter("PlainTextSelection"):
                quote = text[int(selection.get("startPosition")) : int(selection.get("endPosition"))]
                found += [
                    (source.get("name"), quote, self.name(c.get("creatingUser")), self.name(c[0].get("targetGUID")))
                    for c in selection.iter("Coding")
                ]
        return found

    def guids(self) -> list[str]:
        return [element.get("guid") for element in self.root.iter() if element.get("guid")]


@pytest.fixture(scope="session")
def read() -> Callable[[bytes], Project]:
    """Reads a project and checks it against the schema first."""
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "Project.xsd"))

    def reader(data: bytes) -> Project:
        project = Project(data)
        schema.assertValid(etree.fromstring(project.files["project.qde"]))
        return project

    return reader


@pytest.fixture(scope="session")
def read_codes() -> Callable[[bytes], list]:
    """Reads a codebook as nested [name, codable, colour, description, children], checked against the schema first."""
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "Codebook.xsd"))
    space = "{urn:QDA-XML:codebook:1.0}"

    def codes(element: ElementTree.Element) -> list:
        return [
            [e.get("name"), e.get("isCodable"), e.get("color"), e.findtext(space + "Description"), codes(e)]
            for e in element.findall(space + "Code")
        ]

    def reader(data: bytes) -> list:
        schema.assertValid(etree.fromstring(data))
        return codes(ElementTree.fromstring(data).find(space + "Codes"))  # noqa: S314 (written by ourselves)

    return reader


def document(name: str, text: str, **more: object) -> r.Document:
    return r.Document(name, text, f"{name}.txt", "0" * 64, "utf-8", "transcript", (0,), **more)


def utterance(where: r.Document, start: int, end: int) -> r.Utterance:
    text = where.text[start:end]
    return r.Utterance(
        f"{where.id}-{start}", where.id, where.site, 1, 1, start, end, "P1", "P1", r.Role.PARTICIPANT, text, text
    )


def theme(name: str, label: str, **more: object) -> r.Theme:
    plain = r.Theme(
        name, label, ("walk", "wait"), 5, 2, 1, (), (), 0.7, "doubtful", 0.4, "loose", ("one site only",), ()
    )
    return dataclasses.replace(plain, **more)


@pytest.fixture(scope="session")
def make() -> Callable[..., r.Result]:
    """Builds a run: documents, utterances and their themes, codes and codings are given, the rest is empty."""

    def build(
        documents: tuple[r.Document, ...] = (),
        utterances: tuple[r.Utterance, ...] = (),
        placed: tuple[int, ...] = (),
        themes: tuple[r.Theme, ...] = (),
        codes: tuple[r.Code, ...] = (),
        codings: tuple[r.Coding, ...] = (),
        **more: object,
    ) -> r.Result:
        n, none = len(placed), np.zeros(0, np.float32)
        ints, rows = np.array(placed, np.int32), np.zeros((n, 2), np.float32)
        placement = r.Placement(ints, ints, ints, np.ones(n, np.float32), ("",) * n)
        result = r.Result(
            corpus=r.Corpus(documents, (), (), (), (), ()),
            codebook=r.Codebook(codes),
            codings=r.Codings(codings),
            utterances=utterances,
            dropped=(),
            vectors=r.Vectors(rows, rows, rows, rows, r.Space(none, none, 0.5, 0.3)),
            clusters=r.Clusters(placement, r.ThemeModel(rows, ints, 15, 0.5), none, none, rows, "test", n),
            themes=themes,
            table=r.CodingTable((), (), np.zeros((0, 0, n), bool), np.zeros((0, n), bool)),
            suggestions=None,
            mapping=r.Mapping(),
            comparison=r.Comparison(),
            manifest=r.Manifest("run", "Clinic & co", "2026", (), "", "", (), "", "", (), (), ()),
        )
        return dataclasses.replace(result, **more)

    return build


@pytest.fixture(scope="session")
def clinic(make: Callable[..., r.Result]) -> r.Result:
    """Two documents with emoji, right-to-left text and markup, two coders, two themes, one utterance set aside."""
    first = document("BU", TEXT, site="Burundi", attributes=(("age", "34"), ("note", "")))
    second = document("NL", "P1: Nothing\tto add.", site="", attributes=(("age", ""), ("note", "a<b")))
    walked, kind = TEXT.index("We walked"), TEXT.index("هم")
    waited = TEXT.index("waited.") + len("waited.")
    return make(
        (first, second),
        (utterance(first, walked, waited), utterance(first, kind, len(TEXT) - 1), utterance(second, 4, 19)),
        (1, 0, -1),
        (theme("T1", "kind staff"), theme("T2", 'walking & "waiting"')),
        (r.Code("Distance", "Access", "How far", include="walks"), r.Code("Staff")),
        (
            r.Coding("BU", walked, walked + 9, "Bea", "Distance"),
            r.Coding("BU", walked, walked + 9, "Bea", "Access"),
            r.Coding("BU", walked, walked + 9, "Ann", "Distance"),
            r.Coding("BU", kind, kind + 5, "Ann", "Unknown code"),
        ),
    )
