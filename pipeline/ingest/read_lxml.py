"""XML through lxml: no document type, no entities, no network; and what a REFI-QDA schema says of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pipeline.config import IngestConfig
from pipeline.errors import InputError
from pipeline.ingest.xml_guard import refuse_unsafe_xml

_SCHEMAS = Path(__file__).parent / "schemas"
_SHOWN = 3


def root_of(data: bytes, where: str, config: IngestConfig) -> Any:
    """The root element of an XML file (lxml), comments and processing instructions left out.

    where: file, and part, for messages.  Raises InputError as refuse_unsafe_xml does.
    """
    from lxml import etree

    refuse_unsafe_xml(data, where, config)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise InputError(f"the XML cannot be read ({problem})", where, "Export the file again.") from problem
    if root.getroottree().docinfo.internalDTD is not None:  # should the two parsers ever see different things
        raise InputError("the XML declares a document type (DOCTYPE)", where, "Export the file again.")
    return root


def local(element: Any) -> str:
    """The element's name without its namespace."""
    name: str = element.tag
    return name.rsplit("}", 1)[-1]


def namespace(element: Any) -> str:
    """The element's namespace, "" if it has none."""
    name: str = element.tag
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def schema_findings(root: Any, schema: str) -> tuple[str, ...]:
    """What keeps XML from being valid by `Project.xsd` or `Codebook.xsd` (REFI-QDA 1.5): the first few sentences."""
    found = _schema(schema)
    if found.validate(root):
        return ()
    errors = [f"line {error.line}: {error.message}" for error in found.error_log]
    more = (f"and {len(errors) - _SHOWN} more",) if len(errors) > _SHOWN else ()
    return (*errors[:_SHOWN], *more)


@cache
def _schema(name: str) -> Any:
    from lxml import etree

    return etree.XMLSchema(etree.parse(str(_SCHEMAS / name)))
