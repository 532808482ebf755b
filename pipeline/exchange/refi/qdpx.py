"""A REFI-QDA project: texts, people, codes, who put which code where, and memos."""

from __future__ import annotations

import io
import itertools
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.exchange.refi import speakers
from pipeline.exchange.refi.identifiers import guid
from pipeline.exchange.refi.losses import losses, study_losses
from pipeline.exchange.refi.marks import Mark, Place
from pipeline.exchange.refi.nodes import Node, container, description, instant, quoted, shown
from pipeline.exchange.refi.notes import note_nodes, references
from pipeline.exchange.refi.plan import Plan, plan_of
from pipeline.exchange.refi.study import Study, attributes, study_of, variables
from pipeline.exchange.refi.tree import CodeTree, set_nodes
from pipeline.exchange.texts import free_name, plain, safe
from pipeline.exchange.write_lxml import write
from pipeline.records import MACHINE, ORIGIN, Decision, Document, Result

_NAMESPACE = "urn:QDA-XML:project:1.0"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: two runs give equal bytes


@dataclass(frozen=True, slots=True)
class _Parts:
    """What every part of the project needs.  people: GUID of a user by name.  machine: GUID of the machine."""

    plan: Plan
    tree: CodeTree
    people: Mapping[str, str]
    machine: str

    @property
    def space(self) -> uuid.UUID:
        return self.plan.space


def project_qdpx(result: Result, decisions: Sequence[Decision] = ()) -> bytes:
    """A .qdpx file: `project.qde` and each document's text as `sources/<GUID>.txt`, in the order of the documents.

    Every coder and every author of a memo is a user, and so is the machine, whose codings put utterances under
    candidate themes and turns under speakers where a text does not show them.  Accepted themes are codes of the team,
    accepted suggestions codings of those who accepted them.  Positions are Unicode code points, end exclusive; a
    selection's name is the first 80 characters of its text.  Site and attributes stand at the sources and at one case a
    document, since programs look in different places.  Only dates that codings and memos have are written, and entries
    are stored uncompressed: the same run gives the same bytes.
    Raises CountError if placements and utterances or themes do not belong together.  Source: REFI-QDA 1.5.
    """
    return _written(plan_of(study_of(result, decisions)), losses(result, decisions))


def study_qdpx(study: Study) -> bytes:
    """A .qdpx file of texts, codes, codings and memos without a run; else as project_qdpx."""
    return _written(plan_of(study), study_losses(study))


def _written(plan: Plan, lost: Sequence[str]) -> bytes:
    people = {name: guid(plan.space, "user", name) for name in _people(plan)}
    parts = _Parts(plan, plan.tree(), people, guid(plan.space, "machine"))
    contents = [("project.qde", write(_project(parts, lost), _NAMESPACE))]
    contents += [(f"sources/{_source(parts, d)}.txt", plain(d.text).encode()) for d in plan.study.corpus.documents]
    return _zip(contents)


def _people(plan: Plan) -> list[str]:
    """Everybody who coded, wrote a memo or decided."""
    coders = {coding.coder for coding in plan.codings.items} | set(plan.study.coders)
    writers = {memo.author for memo in plan.memos} | {decision.coder for decision in plan.study.decisions}
    return sorted(coders | (writers - {""}))


def _zip(contents: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in contents:
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.create_system = 3  # otherwise Windows and Linux write different bytes
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def _project(parts: _Parts, lost: Sequence[str]) -> Node:
    study, ties = parts.plan.study, parts.plan.ties
    documents = study.corpus.documents
    places = _places(parts)
    sources = (_text_source(document, parts, places.get(document.id, {})) for document in documents)
    text = "\n".join(("Codings by the machine are suggestions.", *(f"Not carried: {loss}" for loss in lost)))
    children = (
        Node("Users", children=_users(parts)),
        *container("CodeBook", container("Codes", parts.tree.nodes)),
        *container("Variables", (_variable(name, parts) for name in variables(documents))),
        *container("Cases", (_case(document, parts) for document in documents if attributes(document))),
        *((Node("Sources", children=sources),) if documents else ()),
        *note_nodes(parts.plan.memos, parts.plan.notes, parts.people),
        *set_nodes(study.codebook, parts.space, parts.tree.codes, "targetGUID"),
        *description(text),
        *references(ties.study),
    )
    name = shown(study.name or "Study")
    return Node("Project", (("name", name), ("origin", ORIGIN), ("creatingUserGUID", parts.machine)), children)


def _users(parts: _Parts) -> tuple[Node, ...]:
    # readers know the machine by its name: a person of that name gets a number
    people = {name: free_name(shown(name), [MACHINE]) for name in parts.people}
    return (
        *(Node("User", (("guid", parts.people[name]), ("name", written_as))) for name, written_as in people.items()),
        Node("User", (("guid", parts.machine), ("name", MACHINE))),
    )


def _variable(name: str, parts: _Parts) -> Node:
    own = guid(parts.space, "variable", name)
    return Node("Variable", (("guid", own), ("name", shown(name)), ("typeOfVariable", "Text")))


def _values(document: Document, parts: _Parts) -> Iterator[Node]:
    for name, value in attributes(document):
        reference = Node("VariableRef", (("targetGUID", guid(parts.space, "variable", name)),))
        yield Node("VariableValue", children=(reference, Node("TextValue", text=safe(value))))


def _case(document: Document, parts: _Parts) -> Node:
    own = guid(parts.space, "case", document.id)
    source = Node("SourceRef", (("targetGUID", _source(parts, document)),))
    return Node("Case", (("guid", own), ("name", shown(document.id))), (*_values(document, parts), source))


def _source(parts: _Parts, document: Document) -> str:
    return guid(parts.space, "source", document.id)


def _places(parts: _Parts) -> dict[str, dict[Place, list[Mark]]]:
    """The places of each document with their marks, sorted; those that only a memo is tied to have none."""
    found: dict[Place, list[Mark]] = {place: [] for place in parts.plan.ties.places}
    for mark in parts.plan.marks:
        found.setdefault(mark.place, []).append(mark)
    by_document: dict[str, dict[Place, list[Mark]]] = {}
    for place in sorted(found):
        by_document.setdefault(place.document, {})[place] = found[place]
    return by_document


def _text_source(document: Document, parts: _Parts, places: Mapping[Place, Sequence[Mark]]) -> Node:
    own, text = _source(parts, document), plain(document.text)
    where = f"internal://{own}.txt"
    named = (("guid", own), ("name", shown(document.id)), ("plainTextPath", where))
    told = f"form: {document.form}; encoding: {document.encoding}; file: {document.source}"
    turns = parts.plan.turns.get(document.id, ())
    children = itertools.chain(
        description(told),
        speakers.turn_nodes(document, turns, parts.space, parts.tree.speakers, parts.machine),
        (_selection(text, parts, place, found) for place, found in places.items()),
        references(parts.plan.ties.documents.get(document.id, ())),
        _values(document, parts),
    )
    return Node("TextSource", named, children)


def _selection(text: str, parts: _Parts, place: Place, found: Sequence[Mark]) -> Node:
    """One stretch that one user marked, with a Coding for each code that this user put there."""
    key = (place.document, place.start, place.end, place.machine, place.coder)
    user = parts.machine if place.machine else parts.people.get(place.coder, "")
    by = (("creatingUser", user),) if user and (found or place.coder) else ()
    named = (("guid", guid(parts.space, "selection", *key)), *quoted(text, place.start, place.end), *by)
    codings = [_coding(guid(parts.space, "coding", *key, mark.code), mark, parts, by) for mark in found]
    return Node("PlainTextSelection", named, (*codings, *references(parts.plan.ties.places.get(place, ()))))


def _coding(own: str, mark: Mark, parts: _Parts, by: tuple[tuple[str, str], ...]) -> Node:
    code = parts.tree.themes[mark.code] if mark.place.machine else parts.tree.codes[mark.code]
    when = instant(mark.date)
    named = (("guid", own), *by, *((("creationDateTime", when),) if when else ()))
    reference = Node("CodeRef", (("targetGUID", code),))
    return Node("Coding", named, (reference, *references(parts.plan.ties.marks.get(mark, ()))))
