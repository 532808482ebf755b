"""GUIDs that follow from the content of a study: two runs give the same, two studies do not.

Upper case is the safe spelling: the schema allows both, one implementer saw ATLAS.ti and MAXQDA reject lower case.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Sequence

from pipeline.records import Codebook, Document

_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, "urn:theme-pipeline:refi-qda")
_GUID = re.compile("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


class Claims:
    """GUIDs that a file holds so far: none is given out twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def kept(self, given: str) -> str:
        """The GUID that something came with, in upper case; "" if it is none, or another thing has it already."""
        own = given.strip().strip("{}").upper()
        if not _GUID.fullmatch(own) or own in self._taken:
            return ""
        self._taken.add(own)
        return own

    def derived(self, space: uuid.UUID, *key: object) -> str:
        """The GUID of one thing in a space, another one if that is taken."""
        own, number = guid(space, *key), 1
        while own in self._taken:
            number += 1
            own = guid(space, *key, "again", number)
        self._taken.add(own)
        return own


def guid(space: uuid.UUID, *key: object) -> str:
    """The GUID of one thing in a space; the key begins with the kind of thing, so that kinds never meet."""
    return str(_uuid(space, key)).upper()


def codebook_space(codebook: Codebook) -> uuid.UUID:
    """The space of a codebook's codes: a better definition keeps it, another name or parent does not."""
    return _uuid(_ROOT, [[code.name, code.theme] for code in codebook.codes])


def study_space(codebook: Codebook, documents: Iterable[Document]) -> uuid.UUID:
    """The space of everything in a project but its codes: the codebook, and the names and texts of the documents."""
    digest = hashlib.sha256()
    for document in documents:
        text = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
        digest.update(json.dumps([document.id, text]).encode())
    return _uuid(codebook_space(codebook), digest.hexdigest())


def numbered(keys: Sequence[tuple[object, ...]]) -> tuple[tuple[object, ...], ...]:
    """Each key with how often it stood before, so that things that are alike in everything stay apart."""
    met: dict[tuple[object, ...], int] = {}
    found = []
    for key in keys:
        number = met.get(key, 0)
        met[key] = number + 1
        found.append((*key, number))
    return tuple(found)


def _uuid(space: uuid.UUID, key: object) -> uuid.UUID:
    # JSON keeps ("a b", "c") and ("a", "b c") apart, whatever characters the names hold
    return uuid.uuid5(space, json.dumps(key))
