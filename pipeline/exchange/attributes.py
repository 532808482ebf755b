"""What is known of documents (site and further columns), as variables of a project."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.exchange.nodes import free_name
from pipeline.records import Document

_SITE = "site"


def values(document: Document) -> tuple[tuple[str, str], ...]:
    """The variables of one document as (name, value), site first, without empty values."""
    return tuple((name, value) for name, value in _columns(document) if value)


def names(documents: Iterable[Document]) -> tuple[str, ...]:
    """The variables of a study in the order of the columns; site only where one is known."""
    found = (name for document in documents for name, value in _columns(document) if value or name != _SITE)
    return tuple(dict.fromkeys(found))


def _columns(document: Document) -> list[tuple[str, str]]:
    # a column may repeat a heading; both are kept, the second under a number
    found: dict[str, str] = {}
    for name, value in ((_SITE, document.site), *document.attributes):
        found[free_name(name, found)] = value
    return list(found.items())
