"""The adapter for lxml: nodes in, XML bytes out, one element at a time so that a large project needs no whole tree."""

from __future__ import annotations

import io
from typing import Any

from pipeline.exchange.refi.nodes import Node


def write(root: Node, namespace: str) -> bytes:
    """The element and all below it as UTF-8 XML in one namespace, indented, with LF and without a byte order mark.

    Line ends and tabs in attributes are written as character references, so that a reader gets them back unchanged.
    """
    from lxml import etree

    buffer = io.BytesIO()
    buffer.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    with etree.xmlfile(buffer, encoding="utf-8") as file:
        _element(file, root, namespace, 0)
    buffer.write(b"\n")
    return buffer.getvalue()


def _element(file: Any, node: Node, namespace: str, depth: int) -> None:
    nsmap = {None: namespace} if depth == 0 else None
    with file.element(f"{{{namespace}}}{node.tag}", dict(node.attributes), nsmap=nsmap):
        if node.text:
            file.write(node.text)
        held = False
        for child in node.children:
            file.write("\n" + " " * (depth + 1))
            _element(file, child, namespace, depth + 1)
            held = True
        if held:
            file.write("\n" + " " * depth)
