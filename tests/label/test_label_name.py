from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from pipeline.config import LabelConfig
from pipeline.label import name_themes
from pipeline.label.title import title
from pipeline.records import Theme

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]
PHRASES = {
    "gate": EAST,
    "old gate": [0.9, 0.1],
    "claim": NORTH,
    "new claim": NORTH,
    "straße": [0.5, 0.5],
    "alte straße": [0.5, 0.5],
}
BY_PHRASE = {phrase: np.array(v, np.float32) for phrase, v in PHRASES.items()}


@pytest.fixture
def name(utterance_of, vectors_of, clusters_of):
    """name([candidates of T1, of T2, ...], people=..., sites=...): three members a theme unless themes are given."""

    def make(phrases, theme=None, people=None, sites=None, config=None, **clusters) -> tuple[Theme, ...]:
        theme = theme or [k for k in range(len(phrases)) for _ in range(3)]
        people = people or ["ann", "ben", "cat"] * len(theme)
        sites = sites or [""] * len(theme)
        utterances = [utterance_of(i, people[i], sites[i]) for i in range(len(theme))]
        rows = vectors_of([EAST if t == 0 else NORTH for t in theme])
        made = clusters_of(theme, **clusters)
        return name_themes(utterances, rows, made, phrases, BY_PHRASE, config or LabelConfig())

    return make


def test_a_theme_is_called_by_its_nearest_phrase_or_two_words(name) -> None:
    first, second = name([["claim", "old gate", "gate"], ["gate", "claim"]])
    assert (first.id, first.label, first.keywords) == ("T1", "Old gate", ("claim",))
    assert (second.id, second.label, second.keywords) == ("T2", "Claim and gate", ())


def test_no_two_themes_share_a_label(name) -> None:
    themes = name([["old gate"], ["old gate", "claim"], ["old gate"], []])
    assert [theme.label for theme in themes] == ["Old gate", "Claim", "Theme 3", "Theme 4"]
    assert [theme.keywords for theme in themes] == [(), ("old gate",), ("old gate",), ()]


def test_no_two_themes_share_a_label_with_a_sharp_s(name) -> None:
    assert [theme.label for theme in name([["alte straße"], ["alte straße"]])] == ["Alte straße", "Theme 2"]


def test_the_same_two_words_turned_round_are_the_same_label(name) -> None:
    assert [theme.label for theme in name([["gate", "claim"], ["claim", "gate"]])] == ["Gate and claim", "Theme 2"]


def test_the_studys_mean_does_not_name_a_theme(name, vectors_of, clusters_of, utterance_of) -> None:
    vectors = vectors_of([EAST, NORTH])
    moved = dataclasses.replace(vectors, space=dataclasses.replace(vectors.space, mean=np.array([5, 0], np.float32)))
    phrases = {"old gate": np.array([5, 1], np.float32), "new claim": np.array([9, 0], np.float32)}
    utterances = [utterance_of(0), utterance_of(1)]
    for theme, label in (([0, -1], "New claim"), ([-1, 0], "Old gate")):
        (named,) = name_themes(
            utterances, moved, clusters_of(theme), [["new claim", "old gate"]], phrases, LabelConfig()
        )
        assert named.label == label


def test_keywords_do_not_repeat_each_others_words(name) -> None:
    (theme,) = name([["old gate", "claim", "new claim", "gate", "straße"]])
    assert (theme.label, theme.keywords) == ("Old gate", ("claim", "straße"))
    (theme,) = name([["old gate", "claim", "straße"]], config=LabelConfig(keywords=1))
    assert theme.keywords == ("claim",)


UNIT = {
    "gate": [1.0, 0.0, 0.0],
    "gates": [0.6, 0.8, 0.0],  # the same stem
    "door": [0.8, 0.6, 0.0],  # too alike to add anything
    "path": [0.74, 0.0, 0.67],
    "claim": [0.0, 0.0, 1.0],
    "old path": [0.8, 0.0, 0.6],
    "next path": [0.9, 0.0, 0.43],
}


@pytest.mark.parametrize(
    ("phrases", "taken", "label"),
    [
        ([], set(), ""),
        (["gate"], set(), "Gate"),
        (["gate"], {"Gate"}, ""),
        (["gate", "gates", "door", "claim"], set(), "Gate and claim"),
        (["gate", "gates", "door"], set(), "Gate"),
        (["gate", "door", "path"], set(), "Gate and path"),
        # .90 + .3 + .08 against .80 + .15 + .08: nearness and place both speak for the first
        (["next path", "old path"], set(), "Next path"),
        # .80 + .3 + .08 = 1.18 against .90 + .15 + .08 = 1.13: the more telling wins a near tie
        (["old path", "next path"], set(), "Old path"),
        (["old path", "next path"], {"Old path"}, "Next path"),
        (["claim", "gate"], set(), "Gate and claim"),  # 0 + .3 against 1 + .15
    ],
)
def test_title(phrases: list[str], taken: set[str], label: str) -> None:
    vectors = {phrase: np.array(v, np.float32) for phrase, v in UNIT.items()}
    assert title(phrases, vectors, vectors["gate"], taken) == label


def test_counts_of_a_theme(name) -> None:
    first, second = name(
        [["gate"], ["claim"]],
        theme=[0, 0, 0, 0, 1, 1, -1],
        people=["ann", "ben", "ben", "cat", "ann", "ben", "dan"],
        sites=["BU", "AK", "AK", "BU", "BU", "AK", "AK"],
    )
    assert (first.size, first.n_speakers, first.n_documents) == (4, 3, 3)
    assert first.people == (("ben", 2), ("ann", 1), ("cat", 1))
    assert first.sites == (("AK", 2), ("BU", 2))
    assert second.size == 2


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1.0, "highly stable"),
        (0.85, "highly stable"),
        (0.8499, "stable"),
        (0.75, "stable"),
        (0.7499, "doubtful"),
        (0.60, "doubtful"),
        (0.5999, "unstable"),
        (0.0, "unstable"),
        (float("nan"), "not computed"),
    ],
)
def test_stability_words_at_their_boundaries(name, value: float, word: str) -> None:
    (theme,) = name([["gate"]], stability=[value])
    assert theme.stability_word == word
    assert theme.stability == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.5, "close"), (0.4999, "mixed"), (0.35, "mixed"), (0.3499, "loose"), (0.0, "loose"), (-0.1, "loose")],
)
def test_cohesion_words_at_their_boundaries(name, value: float, word: str) -> None:
    (theme,) = name([["gate"]], cohesion=[value])
    assert theme.cohesion_word == word


FIVE = [0] * 5


@pytest.mark.parametrize(
    ("people", "sites", "flags"),
    [
        (["a", "b", "c", "d", "e"], ["X", "X", "X", "Y", "Y"], ()),
        (["a"] * 5, ["X", "X", "X", "Y", "Y"], ("one speaker only: a",)),
        (["a"] * 4 + ["b"], ["X", "X", "X", "Y", "Y"], ("mostly one speaker: a (4 of 5)",)),
        (["a"] * 3 + ["b", "b"], ["X", "X", "X", "Y", "Y"], ()),
        (["a", "b", "c", "d", "e"], ["X"] * 5, ("at one site only: X",)),
        (["a", "b", "c", "d", "e"], ["X"] * 4 + ["Y"], ("mostly at one site: X (4 of 5)",)),
        (["a"] * 5, ["X"] * 5, ("one speaker only: a", "at one site only: X")),
        (["a", "b", "c", "d", "e"], [""] * 5, ()),  # unknown sites are no site
        (["a", "b", "c", "d", "e"], [""] * 4 + ["Y"], ()),
    ],
)
def test_flags(name, people: list[str], sites: list[str], flags: tuple[str, ...]) -> None:
    (theme,) = name([["gate"]], [*FIVE, -1, -1], [*people, "y", "z"], [*sites, "X", "Y"])
    assert theme.flags == flags


def test_a_study_at_one_site_flags_no_site(name) -> None:
    (theme,) = name([["gate"]], FIVE, list("abcde"), ["X"] * 5)
    assert theme.flags == ()


def test_no_themes(name) -> None:
    assert name([], theme=[-1, -1]) == ()


def test_importing_the_room_loads_no_heavy_library() -> None:
    code = "import sys, pipeline.label; print([n for n in ('spacy', 'sklearn', 'torch') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
