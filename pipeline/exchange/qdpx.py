"""A REFI-QDA project: texts, people, codes, and who put which code where."""

from __future__ import annotations

import io
import itertools
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.exchange import attributes
from pipeline.exchange.identifiers import guid, study_space
from pipeline.exchange.losses import losses
from pipeline.exchange.marks import Mark, marks
from pipeline.exchange.nodes import ORIGIN, Node, container, description, free_name, plain, safe, shown
from pipeline.exchange.tree import CodeTree, code_tree
from pipeline.exchange.write_lxml import write
from pipeline.records import Document, Result

MACHINE = "theme-pipeline (machine)"

_NAMESPACE = "urn:QDA-XML:project:1.0"
_NAME_CHARACTERS = 80  # enough for a reader to check positions by, which is what programs need names for
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: two runs give equal bytes


@dataclass(frozen=True, slots=True)
class _Study:
    """What every part of the project needs.  users: GUID by (is the machine, coder)."""

    space: uuid.UUID
    tree: CodeTree
    users: Mapping[tuple[bool, str], str]


def project_qdpx(result: Result) -> bytes:
    """A .qdpx file: `project.qde` and each document's text as `sources/<GUID>.txt`, in the order of the documents.

    Every coder is a user, and so is the machine, whose codings put utterances under candidate themes.  Positions are
    Unicode code points, end exclusive; a selection's name is the first 80 characters of its text.  Site and
    attributes stand at the sources and at one case a document, since programs look in different places.  No times are
    written and entries are stored uncompressed: the same run gives the same bytes.
    Raises CountError if placements and utterances or themes do not belong together.  Source: REFI-QDA 1.5.
    """
    documents = result.corpus.documents
    space = study_space(result.codebook, documents)
    found = marks(result)
    coders = sorted({coding.coder for coding in result.codings.items} | set(result.table.coders))
    users = {(False, coder): guid(space, "user", coder) for coder in coders}
    users[True, ""] = guid(space, "machine")
    tree = code_tree(result.codebook, result.themes, (mark.code for mark in found if not mark.machine))
    study = _Study(space, tree, users)
    contents = [("project.qde", write(_project(result, study, found), _NAMESPACE))]
    contents += [(f"sources/{_source(study, d)}.txt", plain(d.text).encode()) for d in documents]
    return _zip(contents)


def _zip(contents: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in contents:
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.create_system = 3  # otherwise Windows and Linux write different bytes
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def _project(result: Result, study: _Study, found: Sequence[Mark]) -> Node:
    documents, lost = result.corpus.documents, losses(result)
    by_document = {key: list(group) for key, group in itertools.groupby(found, key=lambda mark: mark.document)}
    sources = (_text_source(document, study, by_document.get(document.id, [])) for document in documents)
    text = "\n".join(("Codings by the machine are suggestions.", *(f"Not carried: {loss}" for loss in lost)))
    children = (
        Node("Users", children=_users(study)),
        *container("CodeBook", container("Codes", study.tree.nodes)),
        *container("Variables", (_variable(name, study) for name in attributes.names(documents))),
        *container("Cases", (_case(document, study) for document in documents if attributes.values(document))),
        *((Node("Sources", children=sources),) if documents else ()),
        *description(text),
    )
    name = shown(result.manifest.study or "Study")
    return Node("Project", (("name", name), ("origin", ORIGIN), ("creatingUserGUID", study.users[True, ""])), children)


def _users(study: _Study) -> tuple[Node, ...]:
    people = [coder for machine, coder in study.users if not machine]
    return tuple(
        Node("User", (("guid", own), ("name", free_name(MACHINE, people) if machine else shown(coder))))
        for (machine, coder), own in study.users.items()
    )


def _variable(name: str, study: _Study) -> Node:
    own = guid(study.space, "variable", name)
    return Node("Variable", (("guid", own), ("name", shown(name)), ("typeOfVariable", "Text")))


def _values(document: Document, study: _Study) -> Iterator[Node]:
    for name, value in attributes.values(document):
        reference = Node("VariableRef", (("targetGUID", guid(study.space, "variable", name)),))
        yield Node("VariableValue", children=(reference, Node("TextValue", text=safe(value))))


def _case(document: Document, study: _Study) -> Node:
    own = guid(study.space, "case", document.id)
    source = Node("SourceRef", (("targetGUID", _source(study, document)),))
    return Node("Case", (("guid", own), ("name", shown(document.id))), (*_values(document, study), source))


def _source(study: _Study, document: Document) -> str:
    return guid(study.space, "source", document.id)


def _text_source(document: Document, study: _Study, found: Sequence[Mark]) -> Node:
    own = _source(study, document)
    groups = itertools.groupby(found, key=lambda mark: (mark.start, mark.end, mark.machine, mark.coder))
    text = plain(document.text)
    selections = (_selection(text, study, list(group)) for _, group in groups)
    where = f"internal://{own}.txt"
    named = (("guid", own), ("name", shown(document.id)), ("plainTextPath", where))
    return Node("TextSource", named, itertools.chain(selections, _values(document, study)))


def _selection(text: str, study: _Study, found: Sequence[Mark]) -> Node:
    """One stretch that one user marked, with a Coding for each code that this user put there."""
    first = found[0]
    place = (first.document, first.start, first.end, first.machine, first.coder)
    user = study.users[first.machine, first.coder]
    named = [("guid", guid(study.space, "selection", *place))]
    quote = text[first.start : min(first.end, first.start + _NAME_CHARACTERS)]
    if quote:
        named.append(("name", safe(quote)))
    named += [("startPosition", str(first.start)), ("endPosition", str(first.end)), ("creatingUser", user)]
    codings = []
    for mark in found:
        own = guid(study.space, "coding", *place, mark.code)
        code = study.tree.themes[mark.theme] if mark.machine else study.tree.codes[mark.code]
        reference = Node("CodeRef", (("targetGUID", code),))
        codings.append(Node("Coding", (("guid", own), ("creatingUser", user)), (reference,)))
    return Node("PlainTextSelection", tuple(named), codings)
