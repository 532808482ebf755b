"""Rules 1 to 7 of the design, each on the whole way from transcripts to the run's folder."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import shutil
import socket
from collections import defaultdict

import numpy as np
import pytest

from pipeline import cluster, codebook, compare, embed, report, revisit, run, stages, store
from pipeline.errors import CountError, StageError
from pipeline.records import Suggestions
from pipeline.watch import Watch


def steady():
    """A clock that stands still, so that nothing but the times could differ."""
    return Watch(lambda: 0.0)


def partition(result):
    """Which texts stand together, whatever the themes are called: a set of sets."""
    groups = defaultdict(set)
    for utterance, theme in zip(result.utterances, result.clusters.placement.theme, strict=True):
        groups[int(theme)].add(utterance.text)
    groups.pop(-1, None)
    return {frozenset(texts) for texts in groups.values()}


# ---- rule 1 ---------------------------------------------------------------------------------------------------------


def test_rule_1_two_runs_write_the_same_bytes(settings, tools):
    first = run.run(settings(out="first/run"), tools, steady())[1]
    second = run.run(settings(out="second/run"), tools, steady())[1]
    names = sorted(path.name for path in first.iterdir())
    assert len(names) > 15
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        one, two = (first / name).read_bytes(), (second / name).read_bytes()
        if name == "manifest.json":
            one, two = (re.sub(rb'"(peak_mb|seconds)": [\d.]+', b"", data) for data in (one, two))
        assert one == two, name


def test_rule_1_names_and_order_of_files_do_not_matter(study, settings, tools, tmp_path):
    before = run.analyse(settings(), tools, steady())
    other = tmp_path / "renamed"
    shutil.copytree(study, other)
    names = sorted(path.stem for path in (study / "transcripts").iterdir())
    for old, new in zip(names, reversed(names), strict=True):
        (other / "transcripts" / f"{old}.txt").rename(other / "transcripts" / f"z{new}.txt")
    for name in ("codings.csv", "documents.csv"):
        (other / name).unlink()
    config = settings(other)
    config = dataclasses.replace(config, study=dataclasses.replace(config.study, codings="", documents=""))
    assert partition(run.analyse(config, tools, steady())) == partition(before)
    assert len(partition(before)) >= 4


def test_rule_1_repeating_utterances_does_not_change_who_stands_together(study, settings, tools, tmp_path):
    before = run.analyse(settings(), tools, steady())
    other = tmp_path / "twice"
    shutil.copytree(study, other)
    for name in ("D00", "D03"):
        shutil.copy(other / "transcripts" / f"{name}.txt", other / "transcripts" / f"{name}copy.txt")
    after = run.analyse(settings(other), tools, steady())
    assert len(after.utterances) > len(before.utterances)
    assert partition(after) == partition(before)


# ---- rule 2 ---------------------------------------------------------------------------------------------------------


def test_rule_2_every_quote_is_verbatim(settings, tools):
    result = run.analyse(settings(), tools, steady())
    texts = {document.id: document.text for document in result.corpus.documents}
    assert len(result.utterances) > 100
    assert all(texts[u.document][u.start : u.end] == u.text for u in result.utterances)
    assert all(texts[d.document][d.start : d.end] == d.text for d in result.dropped)
    assert any("[laughs]" in utterance.text for utterance in result.utterances)
    page = report.html(result, settings().report)
    assert "[laughs]" in page


def test_rule_2_a_changed_quote_stops_the_run(settings, tools, monkeypatch):
    honest = stages.segment.split

    def forged(*arguments, **named):
        cut = honest(*arguments, **named)
        changed = dataclasses.replace(cut.utterances[3], text="what nobody said")
        return cut._replace(utterances=(*cut.utterances[:3], changed, *cut.utterances[4:]))

    monkeypatch.setattr(stages.segment, "split", forged)
    with pytest.raises(CountError, match="is not what its document says"):
        run.analyse(settings(), tools, steady())


def test_counts_that_do_not_add_up_stop_the_run(settings, tools, monkeypatch):
    honest = stages.segment.split

    def lossy(*arguments, **named):
        cut = honest(*arguments, **named)
        return cut._replace(dropped=cut.dropped[1:])

    monkeypatch.setattr(stages.segment, "split", lossy)
    with pytest.raises(CountError, match="turns are not"):
        run.analyse(settings(), tools, steady())


# ---- rule 3 ---------------------------------------------------------------------------------------------------------


def test_rule_3_assigning_a_runs_own_transcripts_gives_its_own_themes(study, settings, tools, tmp_path):
    result, folder = run.run(settings(), tools, steady())
    again = revisit.assign(
        folder, study / "transcripts", study / "documents.csv", tmp_path / "assigned", False, tools, steady()
    )
    assert [u.id for u in again.utterances] == [u.id for u in result.utterances]
    assert again.clusters.placement.theme.tolist() == result.clusters.placement.theme.tolist()
    assert again.clusters.placement.membership.tolist() == result.clusters.placement.membership.tolist()
    own, new = (folder / "utterances.csv").read_text(), (tmp_path / "assigned" / "utterances.csv").read_text()
    assert [row.split(",")[:2] for row in own.splitlines()] == [row.split(",")[:2] for row in new.splitlines()]


def test_rule_3_another_placement_would_be_noticed(settings, tools):
    result = run.analyse(settings(), tools, steady())
    model = result.clusters.model
    wrong = dataclasses.replace(model, theme=np.roll(model.theme, len(model.theme) // 2).astype(np.int32))
    assert cluster.assign(result.vectors.mixed, wrong).theme.tolist() != result.clusters.placement.theme.tolist()


# ---- rule 4 ---------------------------------------------------------------------------------------------------------


def test_rule_4_what_was_learned_from_a_document_is_never_scored_on_it(settings, tools):
    config = settings()
    result = run.analyse(config, tools, steady())
    parents = {code.name: code.theme for code in result.codebook.codes}
    ids = [theme.id for theme in result.themes]

    def score(suggestions: Suggestions):
        placement = result.clusters.placement
        return compare.compare(
            result.utterances, placement, ids, result.table, suggestions, None, {}, parents, config.compare
        )

    learned_on_all = result.suggestions
    assert learned_on_all is not None
    assert set(learned_on_all.fold.tolist()) == {-1}
    refused = score(learned_on_all)
    assert refused.agreements == ()
    assert "not scored" in refused.reason
    half = dataclasses.replace(learned_on_all, fold=np.where(np.arange(len(learned_on_all.fold)) % 2, 0, -1))
    with pytest.raises(StageError):
        score(half)


def test_rule_4_the_runs_own_scores_are_held_out(settings, tools):
    config = settings()
    result = run.analyse(config, tools, steady())
    evidence = codebook.Evidence(
        result.vectors,
        tuple(u.document for u in result.utterances),
        embed.centre(embed.encode(codebook.code_texts(result.codebook), tools.encoder, tools.cache)),
        result.table,
    )
    held_out = codebook.held_out(evidence, config.codebook)
    shuffled = dataclasses.replace(result.table, values=result.table.values.copy())
    own = np.array([u.document == "D04" for u in result.utterances])
    shuffled.values[:, own] = np.roll(shuffled.values[:, own], 1, axis=2)
    other = codebook.held_out(dataclasses.replace(evidence, table=shuffled), config.codebook)
    assert held_out.scores[own].tolist() == other.scores[own].tolist()
    assert held_out.scores[~own].tolist() != other.scores[~own].tolist()


# ---- rule 5 ---------------------------------------------------------------------------------------------------------


def test_rule_5_a_candidate_is_never_a_finding(settings, tools):
    result = run.analyse(settings(), tools, steady())
    page = report.html(result, settings().report)
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<(style|title|desc)\b.*?</\1>", " ", page, flags=re.DOTALL))
    assert "candidate theme" in words
    assert "suggest" in words
    assert "agreement with this team's coding" in html.unescape(words).lower()
    for forbidden in (r"\bdiscovered\b", r"\baccurate\b", r"\bthe theme is\b", r"\bsaturation reached\b", r"\bAI\b"):
        assert not re.search(forbidden, words), forbidden


# ---- rule 6 ---------------------------------------------------------------------------------------------------------


def test_rule_6_a_run_needs_no_network(settings, tools, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a run asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    _, folder = run.run(settings(), tools, steady())
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", page)
    assert "Content-Security-Policy" in page


# ---- rule 7 ---------------------------------------------------------------------------------------------------------


def test_rule_7_other_weights_are_not_loaded(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(StageError, match="not in the list of models"):
        embed.find_model(str(folder), embed.read_registry())


# ---- the folder of a run --------------------------------------------------------------------------------------------


def test_the_run_can_be_read_back_as_it_was(settings, tools):
    result, folder = run.run(settings(), tools, steady())
    again = store.load(folder)
    assert again.utterances == result.utterances
    assert again.themes == result.themes
    assert again.comparison == result.comparison
    assert again.clusters.placement.theme.tolist() == result.clusters.placement.theme.tolist()
    assert json.loads((folder / "manifest.json").read_text())["counts"]


def test_rows_of_vectors_are_rows_of_utterances(settings, tools):
    result, folder = run.run(settings(), tools, steady())
    vectors = np.load(folder / "vectors.npy")
    rows = (folder / "utterances.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(result.utterances), 48)
    expected = next(tools.encoder.batches([result.utterances[7].clean]))[1][0]
    assert np.allclose(vectors[7], expected)
    assert rows[7].startswith(result.utterances[7].id + ",")
