"""A small, rich, invented result and an empty one: no file, no model, nothing random that is not seeded."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest

from pipeline.config import Config, StudyConfig, digest, to_json
from pipeline.records import (
    Agreement,
    AttributeRow,
    Clusters,
    Code,
    CodeAgreement,
    Codebook,
    Coding,
    Codings,
    CodingTable,
    Comparison,
    Corpus,
    Disagreement,
    Document,
    DriftRow,
    Dropped,
    Effort,
    Estimate,
    Explanations,
    InputFile,
    Ints,
    Manifest,
    Mapping,
    Memo,
    NewThemes,
    Placement,
    Problem,
    Quote,
    Result,
    Role,
    Space,
    StageRecord,
    StructureRow,
    Suggestions,
    Theme,
    ThemeCode,
    ThemeFound,
    ThemeGroup,
    ThemeModel,
    ThemeRelation,
    Triage,
    TriageDocument,
    TriageItem,
    Turn,
    Unplaced,
    Utterance,
    Vectors,
)

SITES = ("BE", "BU", "DA", "LI", "NO", "PU")
NASTY = (
    "<script>alert(1)</script> is what the screen said & nobody laughed.",
    "=1+1 was on the board, and \"that,\" she said, 'is all'.",
    "@home they say [the PSW] helps more than I do (...) really",
    "+49 was the number that he dialled when it became difficult.",
    "- first the medicine, then the talking, that is how we do it here",
    "هذا هو الشخص الذي يفهم ما مررت به، وهو يجلس معي كل يوم.",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "It costs $5 a day and {braces} and %s and \\alpha_1 $x^2$.",
)
SAYINGS = (
    "They have lived it themselves, so the patients open the door to them sooner than to me.",
    "At first I doubted it. Then I saw him hold a whole group alone, and I was ashamed of my doubt.",
    "We sit with them in the office and tell them which duties are theirs, and if it gets hard we step in.",
    "She told him to stop the tablets, and that is crossing a line, whatever she went through herself.",
    "Is he my colleague or is he still the man whom I admitted two years ago? I do not know it.",
    "There is no shared room, so how should we meet? We see each other in the corridor.",
    "It gives hope. They look at her and think, I can also come back to work one day.",
)
LABELS = (
    "opening doors by lived experience",
    "doubt, then trust",
    "giving duties and stepping in",
    "advice on <medicines>",
    "colleague or patient",
    "no shared room",
    "hope by example",
)
KEYWORDS = (
    ("door", "patients", "lived"),
    ("doubt", "group", "ashamed"),
    ("duties", "office", "step"),
    ("tablets", "line", "stop"),
    ("colleague", "admitted", "man"),
    ("room", "corridor", "meet"),
    ("hope", "work", "think"),
)
CODES = (
    Code("opens doors", "Added value", "Lived experience opens doors that training does not."),
    Code("hope", "Added value", "A role model gives hope."),
    Code("doubt at first", "Gaining trust", "Doubt before surprise."),
    Code("clear tasks", "Supporting", "Duties and instruction."),
    Code("advice on medicines", "Crossing boundaries", "Speaks about tablets."),
    Code("=cmd|' /C calc'!A0", "Crossing boundaries", "A code with a nasty name."),
)
STABILITY = (0.91, 0.82, 0.77, 0.71, 0.66, 0.52, 0.41)
WORDS = ("highly stable", "stable", "stable", "doubtful", "doubtful", "unstable", "unstable")
N_THEMES = 7
THEME_OF = (0, 1, 0, 2, 3, 0, 1, 4, 2, 5, 1, 6, 0, 3)
"""Themes in turn, so that they differ in size, the first the largest."""


def _material() -> tuple[list[Document], list[Turn], list[Utterance], list[int]]:
    documents, turns, utterances, themes = [], [], [], []
    total = 0
    for d, site in enumerate(SITES):
        text = f"Focus group {site}\n"
        paragraphs = [0]
        for k in range(11):
            paragraphs.append(len(text))
            asked = k % 5 == 0
            said = "Moderator: How is it for you?" if asked else f"R{k % 4 + 1}: "
            start = len(text) + (11 if asked else 4)
            body = "How is it for you?" if asked else f"{SAYINGS[total % 7]} That was number {total}."
            if not asked and total % 6 == 5:
                body = NASTY[(total // 6) % len(NASTY)]
            text += (said if asked else said + body) + "\n"
            role = Role.INTERVIEWER if asked else Role.PARTICIPANT
            label = "Moderator" if asked else f"R{k % 4 + 1}"
            said = "Awamu twesigana." if k == 1 else ""
            turns.append(
                Turn(site, k + 1, k + 2, start, start + len(body), label, f"{site}/{label}", role, original=said)
            )
            if asked:
                continue
            theme = -1 if total % 8 == 7 else THEME_OF[(total + d) % len(THEME_OF)]
            utterances.append(
                Utterance(
                    f"{site}-{k + 1}-1",
                    site,
                    site,
                    k + 1,
                    k + 2,
                    start,
                    start + len(body),
                    label,
                    f"{site}/{label}",
                    role,
                    body,
                    body,
                    "How is it for you?",
                    k // 5,
                )
            )
            themes.append(theme)
            total += 1
        documents.append(
            Document(site, text, f"{site}.txt", f"{d}" * 64, "utf-8", "transcript", tuple(paragraphs), site)
        )
    order = [k for k, _ in Counter(k for k in themes if k >= 0).most_common()]
    themes = [order.index(k) if k >= 0 else -1 for k in themes]
    return documents, turns, utterances, themes


def _themes(utterances: list[Utterance], placed: list[int]) -> tuple[Theme, ...]:
    found = []
    for k in range(N_THEMES):
        members = [i for i, t in enumerate(placed) if t == k]
        sites = Counter(utterances[i].site for i in members)
        people = Counter(utterances[i].person for i in members)
        outside = [i for i, t in enumerate(placed) if t == -1]
        quotes = [Quote("typical", i) for i in members[:3]]
        quotes += [Quote("atypical", members[-1]), Quote("near miss", outside[k % len(outside)])]
        found.append(
            Theme(
                f"T{k + 1}",
                LABELS[k],
                KEYWORDS[k],
                len(members),
                len(people),
                len({utterances[i].document for i in members}),
                tuple((site, sites[site]) for site in SITES),
                tuple(people.most_common()),
                STABILITY[k],
                WORDS[k],
                0.4,
                "loose",
                ("mostly answers to one question",) if k == 3 else (),
                tuple(quotes),
            )
        )
    return tuple(found)


def _agreement(first: str, second: str, kappa: float | None, n: int) -> Agreement:
    nothing = Estimate(None, reason="no code was given ten times")
    macro = Estimate(kappa, kappa - 0.1, kappa + 0.12, n) if kappa is not None else nothing
    codes = tuple(
        CodeAgreement(c.name, 12 - k, 11, n, 0.5, 0.4, 0.44, 0.3 + k / 20 if k < 5 else None)
        for k, c in enumerate(CODES)
    )
    top = Estimate(0.41, 0.29, 0.53, n)
    sites = (("BE", Estimate(0.5, 0.3, 0.7, 8)), ("BU", Estimate(None, reason="fewer than two codes at this site")))
    return Agreement(
        first, second, n, 6, macro, Estimate(0.22, 0.1, 0.3, n), top, Estimate(0.7, 0.6, 0.8, n), nothing, codes, sites
    )


def by_site(utterances: tuple[Utterance, ...], theme: Ints) -> tuple[tuple[str, int, int], ...]:
    """What compare gives as placed_by_site."""
    rows = []
    for site in sorted({u.site for u in utterances}):
        there = [int(k) for u, k in zip(utterances, theme, strict=True) if u.site == site]
        rows.append((site, sum(k >= 0 for k in there), len(there)))
    return tuple(rows)


def _comparison(placed_by_site: tuple[tuple[str, int, int], ...]) -> Comparison:
    excess = Estimate(0.18, 0.07, 0.29, 48)
    return Comparison(
        structure=(
            StructureRow("candidate themes", 0.29, 0.11, excess, 0.2, 0.16, 0.88, 7),
            StructureRow("blocks of four neighbours", 0.2, 0.2, Estimate(0.0, -0.05, 0.05, 48), 0.2, -0.001, 1.0, 14),
        ),
        agreements=(_agreement("anna", "machine", 0.31, 44), _agreement("ben", "machine", None, 12)),
        baselines=(_agreement("anna", "most frequent code", 0.02, 44),),
        human=(_agreement("anna", "ben", 0.48, 44), _agreement("anna", "machine", 0.3, 44)),
        found=(
            ThemeFound("Added value", True, "T1", 0.61, "F1 0.61 on documents that were not used to pair the two"),
            ThemeFound("Gaining trust", True, "T2", 0.3, "4 utterances of 3 people in T2"),
            ThemeFound("Oscillating views", False, "", None, "no candidate holds three of its utterances"),
        ),
        disagreements=(
            Disagreement(
                6,
                "machine sure, no code",
                (("anna", "no code"), ("machine", "hope (81%)")),
                "The machine is sure and nobody coded it.",
                0.9,
            ),
            Disagreement(
                13,
                "coder against coder",
                (("anna", "hope"), ("ben", "doubt at first")),
                "Two people chose different codes.",
                0.7,
            ),
            Disagreement(
                5,
                "human code, machine elsewhere",
                (("ben", "hope"), ("machine", "clear tasks (66%)")),
                "The code <hope> ranks fifth.",
                0.5,
            ),
        ),
        found_by_chance=1.4,
        placed_by_site=placed_by_site,
        effort=Effort(
            20, 33.4, 48, 6, ((0, 0.0, 0.0), (10, 0.6, 0.3), (20, 0.95, 0.7), (33, 1.0, 0.95), (48, 1.0, 1.0))
        ),
        n_coded=48,
    )


def _manifest(config: Config, inputs: tuple[InputFile, ...]) -> Manifest:
    return Manifest(
        "example",
        "Peer support at six sites",
        "2026-11-22T09:30:00Z",
        (("python", "3.11.2"), ("numpy", "2.4.6")),
        to_json(config),
        digest(config),
        inputs,
        "all-MiniLM-L6-v2",
        "5" * 64,
        (2026,),
        (("documents", 6), ("utterances", 48)),
        (StageRecord("ingest", 6, "documents", 0.1, 100.0), StageRecord("cluster", 7, "candidate themes", 3.25, 400.0)),
    )


def _suggestions(n: int) -> Suggestions:
    rows = np.random.default_rng(7)
    scores = rows.random((n, len(CODES))).astype(np.float32)
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :3].astype(np.int32)
    probability = np.take_along_axis(scores, ranked.astype(np.int64), axis=1).astype(np.float32)
    probability[-1] = np.nan
    names = tuple(code.name for code in CODES)
    return Suggestions(
        codes=names,
        ranked=ranked,
        probability=probability,
        scores=scores,
        probabilities=scores,
        fold=np.full(n, -1, np.int32),
        basis="48 coded utterances and 6 definitions",
        chosen=scores >= 0.5,
        no_code=1 - scores.max(axis=1),
        themes=(),
        theme_probability=scores[:, :0],
        plausible=scores[:, :0] > 0,
    )


def _mapping() -> Mapping:
    cells = tuple(
        ThemeCode(
            f"T{t + 1}", c.name, 1 + (t * 3 + k) % 5, ((t * 3 + k) % 5) / 6, 0.5 + k / 2, 0.3 if (t + k) % 2 else None
        )
        for t in range(N_THEMES)
        for k, c in enumerate(CODES)
        if (t + k) % 3
    )
    kinds = ("agreement", "agreement", "agreement", "dissonant", "complementary", "complementary", "agreement")
    nearest = ("opens doors", "doubt at first", "clear tasks", "advice on medicines", "", "", "hope")
    relations = tuple(
        ThemeRelation(f"T{k + 1}", kinds[k], nearest[k], f"{k + 1} of 9 coded utterances.") for k in range(N_THEMES)
    )
    return Mapping(cells, relations, (("=cmd|' /C calc'!A0", "used twice, in no candidate more than once"),))


def _clusters(placed: list[int], rng: np.random.Generator) -> Clusters:
    n = len(placed)
    theme = np.array(placed, np.int32)
    nearest = np.where(theme >= 0, theme, np.arange(n) % N_THEMES).astype(np.int32)
    reasons = tuple(
        "" if t >= 0 else ("vote too divided" if i // 8 % 2 else "too far from every theme")
        for i, t in enumerate(placed)
    )
    angle = 2 * np.pi * nearest / N_THEMES
    xy = np.column_stack([np.cos(angle), np.sin(angle)]) * 4 + rng.normal(0, 0.5, (n, 2))
    placement = Placement(
        theme, nearest, ((nearest + 1) % N_THEMES).astype(np.int32), rng.random(n).astype(np.float32), reasons
    )
    model = ThemeModel(np.zeros((0, 4), np.float32), np.zeros(0, np.int32), 15, 0.5)
    stability = np.array(STABILITY, np.float32)
    return Clusters(
        placement,
        model,
        stability,
        stability,
        xy.astype(np.float32),
        "consensus of 8 groupings (UMAP and HDBSCAN)",
        n,
        ("Below 200 different utterances: Ward on principal components.",),
    )


def build_rich(methodology: str = "codebook") -> Result:
    """48 utterances of 6 documents at 6 sites, 7 candidate themes (two unstable), two coders, every kind of trouble."""
    documents, turns, utterances, placed = _material()
    rng = np.random.default_rng(2026)
    n = len(utterances)
    config = Config(study=StudyConfig(name="Peer support at six sites", methodology=methodology))
    context = tuple(
        Dropped(
            t.document, t.start, t.end, "How is it for you?", "segment", "interviewer's turn (context)", t.number, True
        )
        for t in turns
        if t.role is Role.INTERVIEWER
    )
    head = Dropped("BE", 0, 14, "Focus group BE", "ingest", "heading", 0, False)
    inputs = tuple(InputFile(f"{d.id}.txt", d.sha256, "transcript") for d in documents)
    problem = Problem("BU.txt, line 3", "the speaker “R9” speaks only once", "Check whether the label is a slip.")
    corpus = Corpus(tuple(documents), tuple(turns), (), (head,), (problem,), inputs)
    codings = tuple(
        Coding(u.document, u.start, u.end, ("anna", "ben")[i % 2], CODES[i % 6].name) for i, u in enumerate(utterances)
    )
    table = CodingTable(
        ("anna", "ben"),
        tuple(c.name for c in CODES),
        rng.random((2, n, 6)) > 0.7,
        np.ones((2, n), np.bool_),
        (Coding("BE", 0, 5, "anna", "hope"),),
    )
    empty = np.zeros((n, 4), np.float32)
    vectors = Vectors(empty, empty, empty, empty, Space(empty[0], empty[0], 0.5, 0.3))
    return Result(
        corpus,
        Codebook(CODES),
        Codings(
            codings,
            (Problem("codings.csv, line 9", "an unknown code"),),
            (Unplaced("codings.csv, line 9", "BU", "Ann", "Hope", "nobody said this", "the words were not found"),),
            (Memo("Read this again.", document="BU", start=0, end=5), Memo("Too wide?", code="Hope")),
        ),
        tuple(utterances),
        (head, *context),
        vectors,
        _clusters(placed, rng),
        _themes(utterances, placed),
        table,
        _suggestions(n),
        _mapping(),
        _comparison(by_site(tuple(utterances), np.array(placed, np.int32))),
        _manifest(config, inputs),
        notes=("Two files held the same text.",),
    )


def build_empty() -> Result:
    """Nothing to analyse: no document, no codebook, no coding."""
    none = np.zeros((0, 4), np.float32)
    whole = np.zeros(0, np.int32)
    placement = Placement(whole, whole, whole, np.zeros(0, np.float32), ())
    model = ThemeModel(none, whole, 15, 0.5)
    few = np.zeros(0, np.float32)
    clusters = Clusters(placement, model, few, few, np.zeros((0, 2), np.float32), "none", 0)
    table = CodingTable((), (), np.zeros((0, 0, 0), np.bool_), np.zeros((0, 0), np.bool_))
    manifest = Manifest("empty", "", "", (), "", "", (), "", "", (), (), ())
    return Result(
        Corpus((), (), (), (), (), ()),
        Codebook(),
        Codings(),
        (),
        (),
        Vectors(none, none, none, none, Space(np.zeros(4, np.float32), np.zeros(4, np.float32), 0.5, 0.3)),
        clusters,
        (),
        table,
        None,
        Mapping(),
        Comparison(reason="no codings were given"),
        manifest,
    )


def build_large(n: int) -> Result:
    """The rich result with its utterances repeated to n, all else as it is."""
    rich = build_rich()
    at = np.arange(n) % len(rich.utterances)
    utterances = tuple(dataclasses.replace(rich.utterances[k], id=f"u{i}") for i, k in enumerate(at))
    old, shift = rich.clusters.placement, np.random.default_rng(1).normal(0, 0.3, (n, 2))
    placement = Placement(
        old.theme[at], old.nearest[at], old.second[at], old.membership[at], tuple(old.set_aside[k] for k in at)
    )
    clusters = dataclasses.replace(
        rich.clusters, placement=placement, xy=(rich.clusters.xy[at] + shift).astype(np.float32)
    )
    comparison = dataclasses.replace(rich.comparison, placed_by_site=by_site(utterances, placement.theme))
    return dataclasses.replace(
        rich, utterances=utterances, clusters=clusters, suggestions=_suggestions(n), comparison=comparison
    )


PERIODS = (("2026-03-02", "2026-03-09"), ("2026-03-10", "2026-04-01"), ("2026-04-02", "2026-04-20"))


def _tree(n: int, base: Suggestions) -> Suggestions:
    """With parent themes, no code, conformal sets: utterance 0 has a sure theme and an unsure code, 1 has no code."""
    themes = tuple(dict.fromkeys(code.theme for code in CODES))
    sure = np.full((n, len(themes)), 0.4, np.float32)
    probability, probabilities, no_code = base.probability.copy(), base.probabilities.copy(), base.no_code.copy()
    chosen, ranked, scores = base.chosen.copy(), base.ranked.copy(), base.scores.copy()
    for row in (0, 6):
        sure[row] = (0.1, 0.1, 0.1, 0.78)
        ranked[row], probability[row] = (4, 5, 1), (0.31, 0.3, 0.05)
        probabilities[row] = (0.01, 0.05, 0.01, 0.01, 0.31, 0.3)
        scores[row], chosen[row] = probabilities[row], False
        no_code[row] = 0.2
    ranked[1], probability[1], scores[1] = (0, 1, 2), (0.2, 0.1, 0.05), (0.2, 0.1, 0.05, 0.0, 0.0, 0.0)
    chosen[1], no_code[1], probabilities[1] = False, 0.64, scores[1]
    sure[-1], no_code[-1] = np.nan, np.nan
    return dataclasses.replace(
        base,
        ranked=ranked,
        probability=probability,
        scores=scores,
        probabilities=probabilities,
        chosen=chosen,
        no_code=no_code,
        themes=themes,
        theme_probability=sure,
        plausible=scores >= 0.25,
    )


def _explanations(n: int, ranked: Ints) -> Explanations:
    similarity = np.round(np.linspace(0.1, 0.9, n * 3), 2).reshape(n, 3).astype(np.float32)
    examples = np.full((n, 3, 2), -1, np.int32)
    examples[:, :, 0] = (np.arange(n)[:, None] + 5) % n
    examples[: n // 2, :, 1] = (np.arange(n // 2)[:, None] + 9) % n
    words = tuple((("doors", "lived") if i % 2 else (), (), ()) for i in range(n))
    assert ranked.shape == similarity.shape
    return Explanations(similarity, examples, words)


def _new_themes(rich: Result) -> NewThemes:
    where = np.full(len(rich.utterances), -1, np.int32)
    where[[3, 9, 15, 21]] = 0
    theme = dataclasses.replace(
        rich.themes[0],
        id="N1",
        label="lunch on the ward",
        keywords=("lunch", "ward"),
        size=4,
        n_speakers=3,
        n_documents=2,
        quotes=(Quote("typical", 3), Quote("typical", 9), Quote("typical", 15), Quote("atypical", 21)),
    )
    return NewThemes(where, (theme,), 12, "the machine's own answer is no code")


def _triage() -> Triage:
    items = tuple(
        TriageItem(k, 1.5 - k / 20, ("hope", "clear tasks") if k % 2 else (), f"Nobody has read {k} yet.")
        for k in range(18, 38)
    )
    documents = (
        TriageDocument("NO", 8, 6.25, 4, "Four candidate themes, none read."),
        TriageDocument("PU", 8, 3, 2, "b"),
    )
    return Triage(
        items,
        documents,
        16,
        32,
        (20, 40),
        0.049,
        "If none of these 2 random utterances shows a new code, then with 95% confidence less than 4.9% of what is "
        "unread carries one.",
        "the suggestions and what was met so far",
    )


def _wider(comparison: Comparison) -> Comparison:
    """Three coders, a consensus, drift, attributes, the ceiling row and a calibration error."""
    low, none = Estimate(0.05, 0.0, 0.2, 8), Estimate(None, reason="fewer than two codes here")
    top = Estimate(0.4, 0.3, 0.5, 12)
    rows = [AttributeRow("site", site, 1, 8, 7, low if site == "BE" else top, top) for site in SITES[:5]]
    rows += [AttributeRow("site", "PU", 1, 8, 7, none, none), AttributeRow("country", "Uganda", 2, 16, 14, top, top)]
    drift = tuple(
        DriftRow(coder, k + 1, *PERIODS[k], 8, 1.25 + k, "consensus of the others", Estimate(0.6 - k / 5, 0.2, 0.7, 8))
        for coder in ("anna", "ben")
        for k in range(3)
    )
    machine = tuple(dataclasses.replace(a, ece=Estimate(0.04, 0.02, 0.07, 44)) for a in comparison.agreements)
    humans = (
        *comparison.human,
        _agreement("anna", "cem", 0.4, 20),
        _agreement("ben", "cem", 0.5, 20),
        _agreement("consensus of the others", "anna", 0.66, 46),
    )
    ceiling = StructureRow("the codes themselves (ceiling)", 0.8, 0.2, Estimate(0.54, 0.4, 0.6, 48), 0.8, 1, 1.0, 6)
    return dataclasses.replace(
        comparison,
        baselines=tuple(
            dataclasses.replace(b, top1=Estimate(0.2, 0.1, 0.3, 44), top3=none) for b in comparison.baselines
        ),
        agreements=(*machine, _agreement("consensus", "machine", 0.36, 40)),
        human=humans,
        structure=(*comparison.structure, ceiling),
        by_attribute=tuple(rows),
        drift=drift,
    )


def build_full(methodology: str = "codebook") -> Result:
    """The rich result with everything else that a run may hold: two levels, new candidates, reasons, triage, drift."""
    rich = build_rich(methodology)
    assert rich.suggestions is not None
    suggestions = _tree(len(rich.utterances), rich.suggestions)
    groups = (
        ThemeGroup("A", "being helped by one who knows", ("T1", "T6"), 18),
        ThemeGroup("B", "trust <and> doubt", ("T2", "T3", "T7"), 15),
        ThemeGroup("C", "medicines", ("T4",), rich.themes[3].size),
        ThemeGroup("D", "colleague", ("T5",), rich.themes[4].size),
    )
    dated = tuple(dataclasses.replace(coding, date="2026-03-02") for coding in rich.codings.items)
    return dataclasses.replace(
        rich,
        codings=dataclasses.replace(rich.codings, items=dated),
        suggestions=suggestions,
        comparison=_wider(rich.comparison),
        groups=groups,
        explanations=_explanations(len(rich.utterances), suggestions.ranked),
        new_themes=_new_themes(rich),
        triage=_triage(),
    )


@pytest.fixture(scope="session")
def full() -> Result:
    return build_full()


@pytest.fixture(scope="session")
def full_reflexive() -> Result:
    return build_full("reflexive")


@pytest.fixture(scope="session")
def rich() -> Result:
    return build_rich()


@pytest.fixture(scope="session")
def reflexive() -> Result:
    return build_rich("reflexive")


@pytest.fixture(scope="session")
def empty() -> Result:
    return build_empty()


@pytest.fixture(scope="session")
def large() -> Result:
    return build_large(5000)
