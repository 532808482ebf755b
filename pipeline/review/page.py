"""From a page's record to HTML: the frame that all pages share, the templates, the addresses of static files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

SECTIONS = (
    ("overview", "Overview", "/"),
    ("themes", "Themes", "/themes"),
    ("code", "Code", "/code"),
    ("read", "Read", "/read"),
    ("codebook", "Codebook", "/codebook"),
    ("differences", "Differences", "/differences"),
    ("map", "Map", "/map"),
    ("search", "Search", "/search"),
)
"""The screens in the order of the navigation: name, heading, address."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message at the top of a page.  kind: info, conflict or error."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page shows around its own content.

    coder: "" if nobody said who is coding.  section: name of the screen, "" for none.  csrf, seen (last entry of the
    log) and opened (server's time in ms) go back with every form.  undo_label: what "Undo" would take back, "" if
    nothing.
    """

    title: str
    study: str
    coder: str
    section: str
    csrf: str
    seen: int
    opened: int
    undo_label: str = ""
    notices: tuple[Notice, ...] = ()


def render(template: str, page: object) -> str:
    """The page as HTML; the template finds the record as `page` and its frame as `page.shell`."""
    return environment().get_template(template).render(page=page)


@cache
def environment() -> Environment:
    """Templates with everything escaped; a name that a record lacks is an error."""
    made = Environment(
        loader=PackageLoader("pipeline.review", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["path"] = in_path
    made.globals["static"] = static
    made.globals["sections"] = SECTIONS
    return made


def in_path(name: str) -> str:
    """A name as one part of an address."""
    return quote(name, safe="")


@cache
def static(name: str) -> str:
    """The address of a static file, with its digest so that a browser may keep it."""
    content = files("pipeline.review").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
