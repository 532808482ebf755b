"""What is known of documents: values at sources and at cases, since programs put them in different places; and sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.ingest.counted import many, shown
from pipeline.ingest.drafts import key_of
from pipeline.ingest.read_lxml import local
from pipeline.ingest.refi.elements import below, children, first, guid, targets
from pipeline.ingest.refi.project import Project
from pipeline.ingest.refi.texts import Source
from pipeline.records import Problem

_SITE = "site"
_SETS = "document sets"
_CASES = "case"


def attributes(
    project: Project, sources: Sequence[Source]
) -> tuple[tuple[tuple[tuple[str, str], ...], ...], tuple[Problem, ...]]:
    """For each source its (name, value) pairs in the order of the project's variables, and what was odd."""
    names = {guid(one): (one.get("name") or "").strip() for one in below(project.root, "Variables", "Variable")}
    owned: dict[str, list[Any]] = {}
    lost = []
    for case in below(project.root, "Cases", "Case"):
        linked = targets(case, "SourceRef")
        for target in linked:
            owned.setdefault(target, []).append(case)
        if not linked:
            lost.append(case.get("name") or "(no name)")
    groups: dict[str, list[str]] = {}
    for one in below(project.root, "Sets", "Set"):
        for target in targets(one, "MemberSource"):
            groups.setdefault(target, []).append(one.get("name") or "(no name)")
    problems = []
    if lost:
        verb = "names" if len(lost) == 1 else "name"
        told = f"{many(len(lost), 'case')} {verb} no document and, with all values, had to be left out: {shown(lost)}"
        problems.append(Problem(project.name, told, "Give what is known of documents in documents.csv."))
    rows = []
    for source in sources:
        values: dict[str, list[str]] = {name: [] for name in names.values()}
        holders = [*source.elements, *source.owners, *(case for own in source.guids for case in owned.get(own, ()))]
        for holder in holders:
            for value in children(holder, "VariableValue"):
                _add(values, value, names)
        problems += _contradictions(values, source, project.name)
        pairs = [(name, found[0]) for name, found in values.items() if name and found]
        sets = list(dict.fromkeys(name for own in sorted(source.guids) for name in groups.get(own, ())))
        pairs += [(_free(_SETS, names), "; ".join(sets))] if sets else []
        pairs += [(_free(_CASES, names), cases)] if (cases := _cases(source, owned)) else []
        rows.append(tuple(pairs))
    return tuple(rows), tuple(problems)


def site_of(pairs: Sequence[tuple[str, str]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The site among the values, and the others."""
    site = next((value for name, value in pairs if name.casefold() == _SITE), "")
    return site, tuple((name, value) for name, value in pairs if name.casefold() != _SITE)


def _free(wanted: str, names: Mapping[str, str]) -> str:
    """A name that no variable of the project has."""
    taken, name, number = {key_of(name) for name in names.values()}, wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name


def _cases(source: Source, owned: dict[str, list[Any]]) -> str:
    """The cases that a document belongs to, unless a case is called like the document itself; "" if none."""
    found = [(case.get("name") or "").strip() for own in sorted(source.guids) for case in owned.get(own, ())]
    return "; ".join(name for name in dict.fromkeys(found) if name and name != source.id)


def _add(values: dict[str, list[str]], element: Any, names: dict[str, str]) -> None:
    reference = first(element, "VariableRef")
    name = names.get(guid(reference, "targetGUID"), "") if reference is not None else ""
    written = [" ".join("".join(one.itertext()).split()) for one in element if local(one).endswith("Value")]
    if written and written[0] and written[0] not in values.setdefault(name, []):
        values[name].append(written[0])


def _contradictions(values: dict[str, list[str]], source: Source, file: str) -> list[Problem]:
    unclear = [name for name, found in values.items() if name and len(found) > 1]
    unnamed = len(values.get("", ()))
    problems = []
    if unclear:
        told = f"{source.id} has several values for {shown(unclear)}; the first counts"
        problems.append(Problem(file, told))
    if unnamed:
        told = f"{source.id} has {many(unnamed, 'value')} of variables that the project does not name"
        problems.append(Problem(file, told))
    return problems
