"""Which code of the study a code of a project is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.ingest.coding_tree import written_path
from pipeline.ingest.drafts import key_of
from pipeline.ingest.refi.tree import Tree
from pipeline.records import Code, Codebook, Folder


@dataclass(frozen=True, slots=True)
class Meant:
    """name: of the code, as the study (or, where it has none, the project) calls it.  reason: why it is not used."""

    name: str
    reason: str = ""


class Codes:
    """Codes of the study by the identifiers of a project: by identifier, else path, else a name that is unique.

    With an empty codebook the project's own codes count, under the names that read_codebook gives them.
    """

    def __init__(self, tree: Tree, codebook: Codebook) -> None:
        self._tree = tree
        self._own = not codebook.codes
        self._by_guid = {code.guid: code.name for code in codebook.codes if code.guid}
        self._by_path: dict[tuple[str, ...], str] = {}
        nodes: list[Code | Folder] = [*codebook.codes, *codebook.folders]
        above = {node.name: node for node in reversed(nodes)}
        for code in codebook.codes:
            self._by_path.setdefault(_path(code, above), code.name)
            self._by_path.setdefault((key_of(code.name),), code.name)
        names = [(key, code.name) for code in codebook.codes for key in {key_of(code.name), key_of(code.label)} if key]
        counts = Counter(key for key, _ in names)
        self._unique = {key: name for key, name in names if counts[key] == 1}
        self._folders = {key_of(name) for folder in codebook.folders for name in (folder.name, folder.label) if name}

    def meant(self, target: str) -> Meant:
        """The code that a reference names."""
        index = self._tree.by_guid.get(target)
        if index is None:
            return Meant(target, "the code is missing from the project")
        node, own = self._tree.nodes[index], self._tree.names[index]
        if self._own:
            return Meant(own)
        path = tuple(key_of(name) for name in node.path)
        found = (
            self._by_guid.get(target)
            or self._by_path.get(path)
            or self._by_path.get((key_of(written_path(node.path)),))
            or self._unique.get(path[-1])
        )
        if found:
            return Meant(found)
        if path[-1] in self._folders or key_of(own) in self._folders:
            return Meant(own, f"the code {own} is a folder in the codebook, which nothing can be coded with")
        return Meant(own, f"the code {own} is not in the codebook")


def _path(code: Code, above: dict[str, Code | Folder]) -> tuple[str, ...]:
    path = [code.label or code.name]
    seen = {code.name}
    step = code.theme
    while step and step not in seen:
        seen.add(step)
        node = above.get(step)
        path.append((node.label or node.name) if node is not None else step)
        step = "" if node is None else node.theme if isinstance(node, Code) else node.parent
    return tuple(key_of(name) for name in reversed(path))
