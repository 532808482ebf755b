"""Charts: clean inline SVG, a symbol with hover text and link for each point, labels apart, the same bytes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from pipeline.report.draw_matplotlib import Group, Label, draw_curve, draw_map

XY = np.array([[0, 0], [1, 2], [2, 1], [3, 3], [1, 1]], np.float32)
GROUPS = (
    Group("aside", 0, (4,), ("set aside",), ("#u-4",)),
    Group("c0", 0, (0, 1), ("first <b>", "second"), ("#u-0", "#u-1")),
    Group("c1", 1, (2, 3), ("third", "fourth"), ("#u-2", "")),
    Group("c2", 2, (), (), ()),
)
LABELS = (Label(1, 1, "T1 same place"), Label(1, 1, "T2 same place"), Label(1, 1, "T3 $x^2$ عربي <i>"))
CURVE = ((0, 0.0, 0.0), (10, 0.6, 0.3), (40, 1.0, 1.0))


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - the test's own drawing


def points(root: ElementTree.Element, css: str) -> list[ElementTree.Element]:
    """The symbols of one group: matplotlib writes a shape out where using a shared one would be no shorter."""
    groups = [g for g in root.iter("g") if g.get("class") == f"points {css}"]
    return [e for g in groups for e in g.iter() if e.tag in ("use", "path") and not e.get("id")]


def place(symbol: ElementTree.Element) -> tuple[float, float]:
    if symbol.tag == "use":
        return float(symbol.get("x", "")), float(symbol.get("y", ""))
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", symbol.get("d", ""))]
    return sum(numbers[0:8:2]) / 4, sum(numbers[1:8:2]) / 4


def test_each_point_has_its_words_its_link_and_its_group() -> None:
    root = tree(draw_map(XY, GROUPS, LABELS, "Map", "Five points"))
    for group in GROUPS:
        assert [use.findtext("title") for use in points(root, group.css)] == list(group.titles)
    links = [a.get("href") for a in root.iter("a")]
    assert links == ["#u-4", "#u-0", "#u-1", "#u-2"]
    assert {(a.get("tabindex"), a.get("target")) for a in root.iter("a")} == {("-1", None)}


def test_points_stand_where_the_numbers_say() -> None:
    root = tree(draw_map(XY, GROUPS, (), "Map", "Five points"))
    at = {e.findtext("title"): place(e) for css in ("aside", "c0", "c1") for e in points(root, css)}
    assert at["set aside"][0] == pytest.approx(at["second"][0])
    assert at["first <b>"][0] < at["second"][0] < at["third"][0] < at["fourth"][0]
    assert at["fourth"][1] < at["second"][1] < at["third"][1] < at["first <b>"][1]  # y grows downwards


def test_groups_without_words_are_one_light_path() -> None:
    xy = np.random.default_rng(3).normal(size=(50_000, 2)).astype(np.float32)
    groups = (Group("c0", 0, tuple(range(30_000))), Group("c1", 0, tuple(range(30_000, 50_000))))
    svg = draw_map(xy, groups, (), "Map", "Many points")
    paths = [p for g in tree(svg).iter("g") if (g.get("class") or "").startswith("dots") for p in g.iter("path")]
    dots = [len(re.findall(r"M-?[\d.]+ -?[\d.]+h\.1", path.get("d", ""))) for path in paths]
    assert dots == [10_000, 6_667]
    assert len(svg) < 600_000


def test_labels_do_not_overlap_and_are_verbatim() -> None:
    root = tree(draw_map(XY, GROUPS, LABELS, "Map", "Five points"))
    found = [text for text in root.iter("text") if text.get("class") == "map-label"]
    assert [text.text for text in found] == [label.text for label in LABELS]
    heights = sorted(float(re.findall(r"-?[\d.]+", text.get("transform", ""))[-1]) for text in found)
    turned = [text.get("transform", "") for text in found]
    assert len(set(turned)) == 3, heights


@pytest.mark.parametrize("svg", [draw_map(XY, GROUPS, LABELS, "A & B", "Five"), draw_curve(CURVE, "A & B", "Five")])
def test_svg_is_fit_for_a_page(svg: str) -> None:
    root = tree(svg)
    assert root.tag == "svg"
    assert (root[0].tag, root[0].text, root[1].tag, root[1].text) == ("title", "A & B", "desc", "Five")
    assert "style" not in {key for element in root.iter() for key in element.attrib}
    assert not [e.tag for e in root.iter() if e.tag in ("style", "metadata", "script")]
    assert "xmlns" not in svg
    assert "http" not in svg
    assert "#000000" not in svg
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    inside = [v for e in root.iter() for k, v in e.items() if k == "href" and not v.startswith("#u-")]
    assert {link[1:] for link in inside} <= ids


def test_a_chart_with_links_is_no_image_and_one_without_is() -> None:
    assert tree(draw_map(XY, GROUPS, (), "Map", "Five")).get("role") == "group"
    assert tree(draw_curve(CURVE, "Curve", "Figures")).get("role") == "img"


def test_the_curve_shows_both_orders() -> None:
    root = tree(draw_curve(CURVE, "Curve", "Figures"))
    ways = {path.get("class"): path.get("d", "") for path in root.iter("path") if path.get("class")}
    assert set(ways) == {"curve-suggested", "curve-random", "curve-goal"}
    heights = {name: [float(n) for n in re.findall(r"-?[\d.]+", way)[1::2]] for name, way in ways.items()}
    assert len(heights["curve-suggested"]) == 3
    assert heights["curve-suggested"][1] < heights["curve-random"][1]  # more codes met: higher up, y grows downwards
    assert heights["curve-suggested"][2] == heights["curve-random"][2]


def test_same_drawing_twice() -> None:
    assert draw_map(XY, GROUPS, LABELS, "Map", "Five") == draw_map(XY, GROUPS, LABELS, "Map", "Five")
    assert draw_curve(CURVE, "Curve", "Figures") == draw_curve(CURVE, "Curve", "Figures")
