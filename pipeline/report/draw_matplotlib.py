"""Charts as inline SVG: drawn by matplotlib, then made fit for a page (colours by class, links, no style)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np

from pipeline.records import Floats

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

_MARKERS = ("o", "s", "^", "D")
MOST_POINTS = 20_000
_MAP_SIZE = (9.2, 6.2)
_NAMESPACE = re.compile(r"^\{[^}]*\}")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_DOT = re.compile(r"M (\S+) (\S+)(?: L \S+ \S+)? ?")


@dataclass(frozen=True, slots=True)
class Group:
    """Points of one colour.  css: class of the colour; marker: 0 to 3; rows: of xy; titles, links: a row, or empty."""

    css: str
    marker: int
    rows: tuple[int, ...]
    titles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """Words placed just above the point (x, y) of the map."""

    x: float
    y: float
    text: str


def draw_map(xy: Floats, groups: Sequence[Group], labels: Sequence[Label], title: str, description: str) -> str:
    """The map of utterances as an SVG element.

    xy: [n, 2], finite.  Groups with titles get a symbol, hover text and a link a point; groups without are one light
    path of dots each, at most 20,000 dots in all, evenly chosen.
    """
    figure, axes = _canvas(_MAP_SIZE)
    axes.set_axis_off()
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.01, top=0.99)
    total = sum(len(group.rows) for group in groups)
    step = max(1, -(-total // MOST_POINTS))
    for k, group in enumerate(groups):
        rows = list(group.rows)
        if not rows:
            continue
        if group.titles:
            urls = [link or None for link in group.links]
            dots = axes.scatter(*xy[rows].T, s=46, marker=_MARKERS[group.marker], urls=urls, linewidths=0.8)
            dots.set_gid(f"points-{k}")
        else:
            _light(axes, xy[rows[::step]], f"points-{k}")
    axes.margins(0.09)
    for k, (x, y) in enumerate(_spread(axes, labels)):
        axes.text(x, y, "T", fontsize=11, ha="center", va="center", gid=f"label-{k}", parse_math=False)
    root = _svg(figure, title, description)
    if any(group.titles for group in groups):
        root.set("role", "group")  # an image would hide its links from a screen reader
    _dress(root, groups)
    for k, label in enumerate(labels):
        for text in _found(root, f"label-{k}").iter("text"):
            text.text = label.text
            text.set("class", "map-label")
    return _text(root)


def draw_curve(curve: Sequence[tuple[int, float, float]], title: str, description: str) -> str:
    """The share of codes met against utterances read, suggested order (full line) beside random order (dashes)."""
    figure, axes = _canvas((7.2, 3.4))
    read = [point[0] for point in curve]
    axes.plot(read, [100 * point[1] for point in curve], gid="suggested", linewidth=2.4)
    axes.plot(read, [100 * point[2] for point in curve], gid="random", linewidth=2, linestyle=(0, (4, 3)))
    axes.axhline(95, gid="goal", linewidth=0.8, linestyle=(0, (1, 3)))
    axes.set_ylim(0, 104)
    axes.set_xlim(left=0)
    axes.set_xlabel("utterances read")
    axes.set_ylabel("codes met three times, %")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    root = _svg(figure, title, description)
    for name in ("suggested", "random", "goal"):
        for path in _found(root, name).iter("path"):
            path.set("class", f"curve-{name}")
            path.attrib.pop("stroke", None)
    return _text(root)


def _canvas(size: tuple[float, float]) -> tuple[Canvas, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size)
    return figure, figure.add_subplot()


def _light(axes: Any, xy: Floats, gid: str) -> None:
    """Dots as one path of lines without length: some 20 bytes a dot, where a symbol of its own takes 150."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    codes = np.tile(np.array([Path.MOVETO, Path.LINETO], np.uint8), len(xy))
    patch = PathPatch(Path(np.repeat(xy, 2, axis=0), codes), fill=False, capstyle="round", linewidth=3.4, gid=gid)
    axes.add_patch(patch)
    axes.update_datalim(xy)
    axes.autoscale_view()


def _spread(axes: Any, labels: Sequence[Label]) -> list[tuple[float, float]]:
    """Places for labels, in data units: each above its point or, where another stands, on the nearest free line."""
    low_x, high_x = axes.get_xlim()
    low_y, high_y = axes.get_ylim()
    per_character, line = (high_x - low_x) / 100, (high_y - low_y) / 26
    taken: list[tuple[float, float, float]] = []
    for label in labels:
        half = len(label.text) * per_character / 2
        x = min(max(label.x, low_x + half), high_x - half)
        steps = sorted(range(-24, 25), key=lambda k: (abs(k), -k))
        free = (
            y
            for y in (label.y + (0.8 + k) * line for k in steps)
            if low_y + line / 2 <= y <= high_y - line / 2
            and all(abs(y - other_y) >= line or abs(x - other_x) >= half + width for other_x, other_y, width in taken)
        )
        taken.append((x, next(free, label.y), half))
    return [(x, y) for x, y, _ in taken]


def _svg(figure: Canvas, title: str, description: str) -> ElementTree.Element:
    """The figure as a clean svg tree: plain tags, presentation attributes, text as text, a title and a description."""
    import matplotlib as mpl

    target = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "report", "svg.fonttype": "none", "path.simplify": False}):
        figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(target.getvalue())  # noqa: S314 - matplotlib wrote it a line above
    for parent in list(root.iter()):
        for child in [c for c in parent if _plain(c.tag) in ("metadata", "style")]:
            parent.remove(child)
    for element in root.iter():
        _clean(element)
    _drop_idle_ids(root)
    width, height = figure.get_size_inches() * 72
    root.attrib = {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "class": "chart"}
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(tag)
        element.text = text
        root.insert(place, element)
    return root


def _plain(name: str) -> str:
    return _NAMESPACE.sub("", name)


def _clean(element: ElementTree.Element) -> None:
    """No namespaces, no style attribute, black as the colour of the text, one decimal in paths."""
    element.tag = _plain(element.tag)
    attributes = {_plain(key): value for key, value in element.attrib.items()}
    for rule in filter(None, attributes.pop("style", "").split(";")):
        key, value = (part.strip() for part in rule.split(":", 1))
        if key not in ("font", "font-family"):
            attributes[key] = value
    for key in ("fill", "stroke"):
        if attributes.get(key) in ("#000000", "black"):
            attributes[key] = "currentColor"
    for key in ("d", "x", "y", "transform"):
        if key in attributes:
            attributes[key] = " ".join(_LONG_NUMBER.sub(lambda m: f"{float(m[0]):.1f}", attributes[key]).split())
    element.attrib = attributes


def _drop_idle_ids(root: ElementTree.Element) -> None:
    """Only ids that something points at, or that this file set, are kept: a page may hold several charts."""
    used = {
        value[1:] for element in root.iter() for key, value in element.items() if key == "href" and value[:1] == "#"
    }
    used |= {value[5:-1] for element in root.iter() for value in element.attrib.values() if value.startswith("url(#")}
    ours = re.compile(r"^(points|label)-\d+$|^(suggested|random|goal)$")
    for element in root.iter():
        name = element.get("id", "")
        if name and name not in used and not ours.match(name):
            del element.attrib["id"]


def _found(root: ElementTree.Element, name: str) -> ElementTree.Element:
    """The element that was drawn under that name; its id is taken off, for it must be unique in the page."""
    element = next(e for e in root.iter() if e.get("id") == name)
    del element.attrib["id"]
    return element


def _dress(root: ElementTree.Element, groups: Sequence[Group]) -> None:
    """Colours by class, so that light, dark and print each have their own; hover text; links."""
    for k, group in enumerate(groups):
        if not group.rows:
            continue
        found = _found(root, f"points-{k}")
        found.set("class", f"{'points' if group.titles else 'dots'} {group.css}")
        for element in found.iter():
            if element.tag in ("use", "path"):
                for key in ("fill", "stroke"):
                    element.attrib.pop(key, None)
            if element.tag == "path" and not group.titles:
                # Neither matplotlib nor browsers keep all lines without length, so each dot gets a tenth of a point.
                element.set("d", _DOT.sub(r"M\1 \2h.1", element.get("d", "")))
        for link in found.iter("a"):
            link.attrib.pop("target", None)
            link.set("tabindex", "-1")  # the list holds the same in order: no hundred stops on the way for a keyboard
        if group.titles:
            for symbol, title in zip(_symbols(found), group.titles, strict=True):
                ElementTree.SubElement(symbol, "title").text = title


def _symbols(element: ElementTree.Element) -> list[ElementTree.Element]:
    """What stands for a point, in drawing order: a use of a shared shape or, where that is no shorter, a path."""
    if element.tag in ("use", "path"):
        return [element]
    return [symbol for child in element if child.tag != "defs" for symbol in _symbols(child)]


def _text(root: ElementTree.Element) -> str:
    return ElementTree.tostring(root, encoding="unicode")
