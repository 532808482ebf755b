"""The map: themes as they stand now, filters, the panel, and what is drawn where there are many."""

from __future__ import annotations

import dataclasses
import html
import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipeline.records import Act, Codebook, Codings, CodingTable, Entry, Theme
from pipeline.review.desk import Desk
from pipeline.review.marks import marks_of, theme_of
from pipeline.review.page import Shell
from pipeline.review.queue import done_with
from pipeline.review.views.map import Filter, MapView, map_view, matching, query_of
from pipeline.review.views.map_drawing import HEIGHT, WIDTH, Label, path_of, scaled, spread

SHELL = Shell("Map", "Wards", "Ann", "map", "", 0, 0)


def seen(desk: Desk, coder: str = "Ann", at: str = "", page: int = 1, **chosen: str) -> MapView:
    return map_view(SHELL, desk, coder, Filter(**chosen), at, page)


def drawn(view: MapView) -> dict[str, set[str]]:
    """Theme id ("" for set aside) -> ids of its points."""
    return {mark.id if mark else "": {point.id for point in points} for mark, points in view.points}


def first_theme(desk: Desk) -> Theme:
    return desk.result.themes[0]


def members(desk: Desk, theme: str) -> set[str]:
    return {id_ for id_, each in theme_of(desk).items() if each == theme}


def test_every_utterance_is_a_point_of_its_theme(desk: Desk, client: TestClient) -> None:
    found = drawn(seen(desk))
    assert sum(len(ids) for ids in found.values()) == len(desk.result.utterances)
    for theme in desk.result.themes:
        assert found[theme.id] == members(desk, theme.id)
    page = client.get("/map").text
    assert len(re.findall(r'<a href="/map\?at=[^"]+" tabindex="-1"', page)) == len(desk.result.utterances)
    assert "distances between far points say nothing" in page


def test_marks_are_those_of_the_report_and_new_themes_get_the_next(desk: Desk) -> None:
    before = marks_of(desk)
    assert [(mark.id, mark.colour, mark.shape) for mark in before.values()] == [
        (theme.id, k % 8, k // 8 % 4) for k, theme in enumerate(desk.result.themes)
    ]
    theme = first_theme(desk)
    part = tuple(sorted(members(desk, theme.id)))[:3]
    desk.say(Entry(Act.SPLIT_THEME, "Ann", "", theme=theme.id, members=part, text="Night shifts"), None)
    new = marks_of(desk)[f"{theme.id}.2"]
    k = len(desk.result.themes)
    assert (new.label, new.colour, new.shape) == ("Night shifts", k % 8, k // 8 % 4)
    assert drawn(seen(desk))[new.id] == set(part)


def test_merged_and_rejected_themes_are_shown_as_they_stand(desk: Desk) -> None:
    one, two = desk.result.themes[0].id, desk.result.themes[1].id
    both = members(desk, one) | members(desk, two)
    desk.say(Entry(Act.MERGE_THEMES, "Ann", "", theme=one, members=(two,)), None)
    assert drawn(seen(desk))[one] == both
    assert two not in {mark.id for mark, _ in seen(desk).legend}
    aside = drawn(seen(desk)).get("", set())
    desk.say(Entry(Act.REJECT_THEME, "Ann", "", theme=one), None)
    view = seen(desk, at=min(both))
    assert drawn(view)[""] == aside | both
    assert view.n_aside == len(aside | both)
    assert view.chosen is not None
    assert view.chosen.mark is None
    assert "rejected its theme" in view.chosen.aside


def test_filters_narrow_what_is_drawn_and_listed(desk: Desk) -> None:
    utterances, table = desk.result.utterances, desk.result.table
    theme = first_theme(desk).id
    everything = set().union(*drawn(seen(desk)).values())
    assert drawn(seen(desk, theme=theme)) == {theme: members(desk, theme)}
    assert set().union(*drawn(seen(desk, theme="aside")).values()) == everything - set(theme_of(desk))
    at_site = {u.id for u in utterances if u.site == "Site 1"}
    assert set().union(*drawn(seen(desk, site="Site 1")).values()) == at_site
    trust = {utterances[row].id for row in np.flatnonzero(table.by_anyone[:, table.codes.index("trust")])}
    assert set().union(*drawn(seen(desk, code="trust")).values()) == trust
    both = seen(desk, site="Site 1", code="trust")
    assert set().union(*drawn(both).values()) == at_site & trust
    assert both.n_text == f"{len(at_site & trust)} utterances match."
    assert {line.id for line in both.listed} <= at_site & trust
    assert both.rest.count("M") == len(everything - (at_site & trust))


def test_not_yet_coded_by_me_or_by_anybody(desk: Desk) -> None:
    bare = next(u for u in desk.result.utterances if u.id not in done_with(desk, "Ann") | done_with(desk, "Ben"))
    desk.say(Entry(Act.GIVE_CODE, "Cara", "", utterance=bare.id, code="trust"), None)
    everything = {u.id for u in desk.result.utterances}

    def left(open_: str, coder: str) -> set[str]:
        rows = np.flatnonzero(matching(desk, coder, Filter(open=open_)))
        return {desk.result.utterances[row].id for row in rows}

    assert left("me", "Cara") == everything - {bare.id}
    assert left("me", "Ann") == everything - done_with(desk, "Ann")
    assert left("anybody", "Ann") == everything - done_with(desk, "Ann") - done_with(desk, "Ben") - {bare.id}


def test_a_filter_by_code_does_not_tell_what_is_hidden(desk: Desk) -> None:
    bare = next(u for u in desk.result.utterances if u.id not in done_with(desk, "Ann") | done_with(desk, "Ben"))
    desk.say(Entry(Act.PLAN, "Lea", "", members=(bare.id,), details=(("double", "0.1"),)), None)
    desk.say(Entry(Act.GIVE_CODE, "Cara", "", utterance=bare.id, code="trust"), None)
    desk.say(Entry(Act.REJECT_CODE, "Dora", "", utterance=bare.id, code="tasks"), None)
    row = desk.row[bare.id]
    assert not matching(desk, "Dora", Filter(code="trust"))[row]
    assert matching(desk, "Cara", Filter(code="trust"))[row]


def test_a_point_leads_to_the_utterance_in_its_context(desk: Desk, client: TestClient) -> None:
    id_ = next(iter(members(desk, first_theme(desk).id)))
    utterance = desk.utterance(id_)
    page = html.unescape(client.get(f"/map?at={id_}").text)
    panel = page[page.index('id="panel"') :]
    assert utterance.text in panel
    assert f"({utterance.document} {utterance.paragraph})" in panel
    assert f'href="/code/{id_}"' in panel
    assert f'href="/read/{utterance.document}?at={id_}#u-{id_}"' in panel
    assert f'href="/themes/{first_theme(desk).id}"' in panel
    assert client.get("/map?at=nobody").status_code == 400


def test_the_panel_alone_answers_where_only_it_is_asked_for(desk: Desk, client: TestClient) -> None:
    id_ = desk.result.utterances[0].id
    part = client.get(f"/map?at={id_}", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section id="panel"')
    assert desk.utterance(id_).text in html.unescape(part)
    assert "<svg" not in part


def test_the_list_beside_the_map_holds_all_of_it_page_by_page(desk: Desk, client: TestClient) -> None:
    view = seen(desk)
    listed = [line.id for page in range(1, view.n_pages + 1) for line in seen(desk, page=page).listed]
    assert listed == [u.id for u in desk.result.utterances]
    assert seen(desk, page=999).page == view.n_pages
    assert f'href="/map?page=1&amp;at={listed[0]}"' in client.get("/map").text


def test_where_there_are_many_a_share_is_drawn_and_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.review.views.map.MOST_POINTS", 20)
    n, theme = len(desk.result.utterances), first_theme(desk).id
    view, again = seen(desk), seen(desk, "Ben")
    ids = set().union(*drawn(view).values())
    assert len(ids) == 20
    assert ids == set().union(*drawn(again).values())
    assert view.thinned.startswith(f"20 of {n} utterances are drawn")
    assert drawn(seen(desk, theme=theme)) == {theme: members(desk, theme)}
    assert seen(desk, theme=theme).thinned == ""
    left_out = next(u.id for u in desk.result.utterances if u.id not in ids)
    assert left_out in set().union(*drawn(seen(desk, at=left_out)).values())


def test_nothing_matches_is_said(client: TestClient) -> None:
    page = html.unescape(client.get("/map?theme=T999").text)
    assert "no utterance matches all of what is chosen above" in page


def test_a_study_without_themes_codes_and_codings_has_a_map(desk: Desk, client: TestClient) -> None:
    n = len(desk.result.utterances)
    nobody = CodingTable((), (), np.zeros((0, n, 0), np.bool_), np.zeros((0, n), np.bool_))
    bare = {"codebook": Codebook(), "table": nobody, "codings": Codings(), "suggestions": None, "themes": ()}
    desk.result = dataclasses.replace(desk.result, **bare)  # type: ignore[arg-type]
    desk.state.themes.clear()
    assert list(drawn(seen(desk))) == [""]
    page = client.get(f"/map?at={desk.result.utterances[0].id}").text
    assert "Code that people gave" not in page
    assert "Not placed" in page or "In no candidate theme" in page


@pytest.mark.parametrize(
    ("filter_", "query"),
    [(Filter(), ""), (Filter(theme="T3"), "theme=T3&"), (Filter(site="A & B", code="é"), "site=A+%26+B&code=%C3%A9&")],
)
def test_a_filter_is_kept_in_addresses(filter_: Filter, query: str) -> None:
    assert query_of(filter_) == query


# The drawing


@pytest.mark.parametrize("xy", [np.zeros((0, 2)), np.ones((1, 2)), np.ones((5, 2)), np.full((3, 2), np.nan)])
def test_degenerate_maps_lie_in_the_middle(xy: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    places = scaled(xy.astype(np.float32))
    assert places.tolist() == [[WIDTH / 2, HEIGHT / 2]] * len(xy)


def test_places_fill_the_drawing_and_y_goes_down() -> None:
    places = scaled(np.array([[0, 0], [10, 1], [5, 0.5], [np.nan, 2]], np.float32))
    assert places.tolist() == [[40, 640], [960, 40], [500, 340], [500, 340]]


def test_dots_are_one_path() -> None:
    assert path_of(np.array([[1.2, 2.6], [30, 4]], np.float32)) == "M1 3h0M30 4h0"
    assert path_of(np.zeros((0, 2), np.float32)) == ""


@given(st.lists(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT), st.text("abc", max_size=30)), max_size=15))
def test_labels_never_lie_over_each_other(wanted: list[tuple[float, float, str]]) -> None:
    placed = spread([Label(x, y, text) for x, y, text in wanted])
    assert sorted(label.text for label in placed) == sorted(text for _, _, text in wanted)
    for one, two in itertools.combinations(placed, 2):
        apart = abs(one.x - two.x) >= (len(one.text) + len(two.text)) * 12 / 2 - 0.2
        assert apart or abs(one.y - two.y) >= 26 - 0.2
