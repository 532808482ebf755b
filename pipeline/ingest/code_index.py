"""Which code of the codebook a program means, by its name, its path, or the end of its path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.ingest.coding_tree import paths_of, steps, written_path
from pipeline.ingest.drafts import key_of
from pipeline.ingest.naming import nearest
from pipeline.records import Codebook

Path = tuple[str, ...]

_SIMILAR = 20  # names for which similar ones are looked for
_SHOWN = 5


class CodeIndex:
    """The codes of a codebook; an empty codebook knows every code."""

    def __init__(self, codebook: Codebook) -> None:
        whole = paths_of(codebook)
        self._names = {key_of(code.name): code.name for code in codebook.codes}
        self.paths = {code.name: whole[code.name] for code in codebook.codes}
        self._folders = {key_of(name) for folder in codebook.folders for name in (folder.name, folder.label) if name}
        self._asked: dict[tuple[Path, ...], str | None] = {}
        self._flat = all(len(path) == 1 for path in self.paths.values())
        self._similar: dict[str, str] = {}
        self._ends: dict[str, list[str]] = defaultdict(list)
        for name, path in self.paths.items():
            self._ends[key_of(path[-1])].append(name)

    def find(self, readings: Sequence[Path]) -> str | None:
        """The name of the code in the first reading of a cell that fits; None if no reading does, or several codes do.

        readings: the paths that a cell may stand for, likeliest first.  A path fits a code whose own path ends with it
        (some programs leave parents out); if the codebook has no parents at all, also one that ends with the code.
        """
        asked = tuple(readings)
        if asked not in self._asked:
            self._asked[asked] = self._find(asked)
        return self._asked[asked]

    def _find(self, readings: Sequence[Path]) -> str | None:
        if not self._names:
            return written_path(readings[0]) if len(readings[0]) > 1 else readings[0][0]
        for path in readings:
            if len(path) == 1 and key_of(path[0]) in self._names:
                return self._names[key_of(path[0])]
        for path in readings:
            fitting = [name for name in self._ends[key_of(path[-1])] if self._fits(path, self.paths[name])]
            exact = [name for name in fitting if len(self.paths[name]) == len(path)]
            if len(exact) == 1 or len(fitting) == 1:
                return (exact or fitting)[0]
        return None

    def _fits(self, path: Path, known: Path) -> bool:
        if len(path) > len(known) and not self._flat:
            return False
        shorter = min(len(path), len(known))
        return list(map(key_of, path[-shorter:])) == list(map(key_of, known[-shorter:]))

    def lacking(self, written: str) -> str:
        """Why no code was found for what is written: a sentence without its end."""
        path = steps(written)
        branches = sorted(name for name in self._ends[key_of(path[-1])] if self._fits(path, self.paths[name]))
        if len(branches) > 1:
            ways = " or ".join(map(repr, branches[:_SHOWN]))
            return f"the code {written!r} stands in several branches of the codebook; it may be {ways}"
        if key_of(written_path(path)) in self._folders:
            return f"the code {written!r} is a folder in the codebook, which nothing can be coded with"
        return f"the code {written!r} is not in the codebook{self._nearest(written)}"

    def _nearest(self, written: str) -> str:
        """ "; did you mean X?", "" if no code is similar; asked for many names, only the first few are looked for."""
        if written not in self._similar:
            few = len(self._similar) < _SIMILAR
            self._similar[written] = nearest(written, list(self._names.values())) if few else ""
        return self._similar[written]

    def known(self, joint: str) -> list[str]:
        """Every way to write a code in a list, longest first: its name, its label, its path with that joint."""
        found = set(self.paths) | {path[-1] for path in self.paths.values()}
        found |= {joint.join(path) for path in self.paths.values()} | {written_path(p) for p in self.paths.values()}
        return sorted(found, key=lambda name: (-len(name), name))
