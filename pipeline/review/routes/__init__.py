"""All routes of the app, in the order of the screens."""

from __future__ import annotations

from pipeline.review.routes import (
    codebook,
    coding,
    differences,
    export,
    history,
    intruder,
    map,  # noqa: A004
    overview,
    plan,
    reading,
    search,
    themes,
)

ROUTES = (
    *overview.ROUTES,
    *plan.ROUTES,
    *themes.ROUTES,
    *intruder.ROUTES,
    *coding.ROUTES,
    *reading.ROUTES,
    *codebook.ROUTES,
    *differences.ROUTES,
    *map.ROUTES,
    *search.ROUTES,
    *history.ROUTES,
    *export.ROUTES,
)
