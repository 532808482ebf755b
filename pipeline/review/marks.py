"""The marks of candidate themes as they stand now: colour and shape as in the report, names as analysts left them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.report.frame import N_COLOURS, N_SHAPES, Mark
from pipeline.review.desk import Desk


def marks_of(desk: Desk) -> Mapping[str, Mark]:
    """Theme id -> its mark, in the order of the run, themes made in the review after them; merged ones are left out."""
    return desk.cached("marks", lambda: _marks(desk))


def _marks(desk: Desk) -> Mapping[str, Mark]:
    themes = desk.state.themes
    ids = dict.fromkeys((*(theme.id for theme in desk.result.themes), *themes))
    return {
        id_: Mark(id_, themes[id_].name, k % N_COLOURS, k // N_COLOURS % N_SHAPES)
        for k, id_ in enumerate(ids)
        if id_ in themes and themes[id_].stands
    }


def theme_of(desk: Desk) -> Mapping[str, str]:
    """Utterance id -> id of the standing theme that it is in; see State.theme_of."""
    return desk.cached("theme of", desk.state.theme_of)
