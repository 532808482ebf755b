"""What analysts decided on one run holds in the next: themes, codes and codings, and nothing is lost."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections import Counter

import numpy as np
import pytest
from small_study import write_study

from pipeline import decide, decided, report, revisit, run, store
from pipeline.cli import main
from pipeline.errors import InputError
from pipeline.records import AGREED, Act, CodeEdit, Coding, Entry, HeldTheme, Span, Standing, Verdict
from pipeline.review.desk import open_desk
from pipeline.watch import Watch


def steady():
    return Watch(lambda: 0.0)


@pytest.fixture
def settings(settings):
    """The settings of the small study, without codes unless they are wanted, and with few draws: they take time."""

    def build(*where, coded=False, **named):
        config = settings(*where, **named)
        compare = dataclasses.replace(config.compare, rotations=1, draws=1, bootstrap=10)
        study = config.study if coded else dataclasses.replace(config.study, codebook="", codings="")
        codebook = dataclasses.replace(config.codebook, folds=2)
        return dataclasses.replace(config, compare=compare, study=study, codebook=codebook)

    return build


@pytest.fixture
def first(settings, tools):
    """A run without codes, and its folder."""
    return run.run(settings(out="first"), tools, steady())


@pytest.fixture
def coded(settings, tools):
    """A run with codes and codings, and its folder."""
    return run.run(settings(out="first", coded=True), tools, steady())


def say(folder, *entries):
    """Write entries into the log of a run; gives the path of the log."""
    desk = open_desk(folder, lambda: "2026-02-03T10:00:00")
    for act, coder, fields in entries:
        desk.say(Entry(act, coder, "", **fields), None)
    desk.log.close()
    return folder / store.LOG


def again(settings, tools, log, out="second", **named):
    config = settings(out=out, **named)
    config = dataclasses.replace(config, study=dataclasses.replace(config.study, decisions=str(log)))
    return run.run(config, tools, steady())


def standing_of(log):
    return decide.standing(decide.fold(*store.read_log(log)))


def members(result):
    """Theme id -> stretches of text."""
    found = {theme.id: set() for theme in result.themes}
    for u, theme in zip(result.utterances, result.clusters.placement.theme.tolist(), strict=True):
        if theme >= 0:
            found[result.themes[theme].id].add((u.document, u.start, u.end))
    return found


def ids_of(result, theme):
    """Ids of the utterances of a theme."""
    number = [t.id for t in result.themes].index(theme)
    return tuple(
        u.id for u, t in zip(result.utterances, result.clusters.placement.theme.tolist(), strict=True) if t == number
    )


def sums_up(result):
    placement = result.clusters.placement
    sizes = Counter(placement.theme.tolist())
    assert [theme.size for theme in result.themes] == [sizes[k] for k in range(len(result.themes))]
    assert len({theme.id for theme in result.themes}) == len({t.label for t in result.themes}) == len(result.themes)
    assert [bool(reason) for reason in placement.set_aside] == [t < 0 for t in placement.theme]
    assert sum(sizes.values()) == len(result.utterances)
    k = len(result.themes)
    assert len(result.clusters.stability) == len(result.clusters.cohesion) == len(result.clusters.group) == k
    assert max(placement.nearest.max(), placement.second.max()) < k
    assert sorted(t for group in result.groups for t in group.themes) == sorted(t.id for t in result.themes)
    for theme in result.themes:
        rows = {i for i, t in enumerate(placement.theme.tolist()) if result.themes[t].id == theme.id and t >= 0}
        assert all(q.utterance in rows for q in theme.quotes if q.kind in ("typical", "atypical"))
        assert sum(n for _, n in theme.people) == sum(n for _, n in theme.sites) == len(rows)


# ---- themes ---------------------------------------------------------------------------------------------------------


def test_an_accepted_theme_is_the_same_theme_in_the_next_run(first, settings, tools):
    result, folder = first
    log = say(
        folder,
        (Act.ACCEPT_THEME, "Ann", {"theme": "T2", "text": "we see it daily"}),
        (Act.RENAME_THEME, "Ben", {"theme": "T2", "text": "A name of ours"}),
    )
    after, _ = again(settings, tools, log)
    assert members(after)["T2"] == members(result)["T2"]
    theme = next(theme for theme in after.themes if theme.id == "T2")
    assert theme.label == "A name of ours"
    assert theme.flags[0] == "accepted by Ann: we see it daily"
    before = next(theme for theme in result.themes if theme.id == "T2")
    assert (theme.stability, theme.size) == (before.stability, before.size)
    assert members(after).keys() == members(result).keys()
    sums_up(after)


def test_numbers_that_were_decided_on_are_not_given_again(first, settings, tools):
    result, folder = first
    n = len(result.themes)
    log = say(
        folder,
        (Act.REJECT_THEME, "Ann", {"theme": "T1", "text": "only small talk"}),
        (Act.ACCEPT_THEME, "Ann", {"theme": "T3"}),
    )
    after, _ = again(settings, tools, log)
    ids = [theme.id for theme in after.themes]
    assert "T1" not in ids
    assert "T3" in ids
    assert sorted(ids) == sorted(["T3", *[f"T{k}" for k in range(2, n + 2) if k != 3][: n - 2]])
    sums_up(after)


def test_a_rejected_theme_does_not_return_and_is_told(first, settings, tools):
    result, folder = first
    log = say(folder, (Act.REJECT_THEME, "Ann", {"theme": "T1", "text": "only small talk"}))
    after, path = again(settings, tools, log)
    gone = members(result)["T1"]
    assert not any(gone & inside for inside in members(after).values())
    reasons = {
        after.clusters.placement.set_aside[i]
        for i, u in enumerate(after.utterances)
        if (u.document, u.start, u.end) in gone
    }
    assert reasons == {"in a candidate theme that was rejected"}
    page = (path / "report.html").read_text(encoding="utf-8")
    assert "Decisions of 1 analyst were taken in: 1 rejected." in page
    assert "Candidate themes that were rejected" in page
    assert "only small talk" in page
    sums_up(after)


def test_what_is_new_does_not_bring_a_rejected_theme_back(first, settings, tools, make_talk, study, tmp_path):
    result, folder = first
    log = say(
        folder,
        (Act.REJECT_THEME, "Ann", {"theme": "T1"}),
        (Act.ACCEPT_THEME, "Ben", {"theme": "T2"}),
    )
    more = tmp_path / "more"
    write_study(more, {f"D{number:02}": make_talk(number) for number in range(12)})
    after, _ = again(settings, tools, log, folder=more)
    assert len(after.utterances) > len(result.utterances)
    old, new = members(result), members(after)
    assert old["T2"] <= new["T2"]
    assert len(new["T2"] - old["T2"]) >= 2
    assert {document for document, _, _ in new["T2"] - old["T2"]} <= {"D10", "D11"}
    rejected = {
        (u.document, u.start, u.end): reason
        for u, reason in zip(after.utterances, after.clusters.placement.set_aside, strict=True)
        if "rejected" in reason
    }
    assert old["T1"] <= rejected.keys()
    assert {"D10", "D11"} & {document for document, _, _ in rejected}
    assert len(after.themes) == len(result.themes) - 1
    sums_up(after)


def test_a_merge_and_a_split_hold_with_a_new_wave(first, settings, tools, make_talk, tmp_path):
    result, folder = first
    part = ids_of(result, "T3")[::2]
    log = say(
        folder,
        (Act.MERGE_THEMES, "Ann", {"theme": "T1", "members": ("T2",)}),
        (Act.SPLIT_THEME, "Ben", {"theme": "T3", "members": part, "text": "The other half"}),
    )
    more = tmp_path / "more"
    write_study(more, {f"D{number:02}": make_talk(number) for number in range(12)})
    after, _ = again(settings, tools, log, folder=more)
    old, new = members(result), members(after)
    assert "T2" not in new
    assert old["T1"] | old["T2"] <= new["T1"]
    where = {u.id: (u.document, u.start, u.end) for u in result.utterances}
    assert {where[id_] for id_ in part} <= new["T3.2"]
    assert old["T3"] - {where[id_] for id_ in part} <= new["T3"]
    assert {theme.label for theme in after.themes} >= {"The other half"}
    flags = {theme.id: theme.flags[0] for theme in after.themes if theme.flags}
    assert flags["T1"] == "shaped by Ann"
    assert flags["T3"] == flags["T3.2"] == "shaped by Ben"
    assert sum(document in ("D10", "D11") for id_ in ("T1", "T3", "T3.2") for document, _, _ in new[id_]) >= 10
    sums_up(after)


def test_a_moved_utterance_stays_where_people_put_it(first, settings, tools):
    result, folder = first
    moved = ids_of(result, "T1")[0]
    log = say(folder, (Act.MOVE_UTTERANCES, "Ann", {"theme": "T2", "members": (moved,)}))
    after, _ = again(settings, tools, log)
    assert moved in ids_of(after, "T2")
    assert set(ids_of(after, "T2")) == {*ids_of(result, "T2"), moved}
    assert set(ids_of(after, "T1")) == {*ids_of(result, "T1")} - {moved}


def test_decisions_hold_over_three_runs(first, settings, tools):
    result, folder = first
    log = say(folder, (Act.ACCEPT_THEME, "Ann", {"theme": "T2"}), (Act.REJECT_THEME, "Ann", {"theme": "T1"}))
    second, folder = again(settings, tools, log)
    assert (folder / store.LOG).is_file()
    log = say(folder, (Act.TIE_THEME, "Ben", {"theme": "T2", "code": "trust"}))
    third, _ = again(settings, tools, log, out="third")
    assert members(third)["T2"] == members(second)["T2"] == members(result)["T2"]
    assert "T1" not in members(third)
    theme = next(theme for theme in third.themes if theme.id == "T2")
    assert theme.flags[:2] == ("accepted by Ann", "becomes the code trust")


def test_nothing_decided_changes_nothing(coded, settings, tools):
    result, folder = coded
    after, second = again(settings, tools, say(folder), coded=True)
    assert after.themes == result.themes
    assert after.codings == result.codings
    assert after.codebook == result.codebook
    for name in ("themes.csv", "utterances.csv", "theme_quotes.csv", "agreement_overall.csv"):
        assert (second / name).read_bytes() == (folder / name).read_bytes(), name


def test_rule_3_assign_holds_with_decisions(first, settings, tools, study, tmp_path):
    result, folder = first
    log = say(
        folder,
        (Act.REJECT_THEME, "Ann", {"theme": "T1"}),
        (Act.SPLIT_THEME, "Ann", {"theme": "T2", "members": ids_of(result, "T2")[::2], "text": "Half"}),
        (Act.MOVE_UTTERANCES, "Ann", {"theme": "T4", "members": ids_of(result, "T3")[:2]}),
    )
    after, folder = again(settings, tools, log)
    placed = revisit.assign(
        folder, study / "transcripts", study / "documents.csv", tmp_path / "assigned", False, tools, steady()
    )
    assert placed.clusters.placement.theme.tolist() == after.clusters.placement.theme.tolist()
    assert placed.clusters.placement.set_aside == after.clusters.placement.set_aside
    new = placed.new_themes.theme if placed.new_themes is not None else np.zeros(0)
    rejected = np.array(["rejected" in reason for reason in placed.clusters.placement.set_aside])
    assert rejected.any()
    assert (new[rejected] == -1).all()


# ---- codes and codings ----------------------------------------------------------------------------------------------


def test_codes_and_codings_of_the_review_are_in_the_next_run(coded, settings, tools):
    result, folder = coded
    bare = [u.id for u, known in zip(result.utterances, result.table.coded, strict=True) if not known][:6]
    named = {"theme": "Parent 1", "definition": "pay and contracts"}
    log = say(
        folder,
        (Act.NEW_CODE, "Ann", {"code": "money", "details": tuple(named.items())}),
        *((Act.GIVE_CODE, "Ann", {"utterance": id_, "code": "money"}) for id_ in bare[:4]),
        (Act.GIVE_CODE, "Cem", {"utterance": bare[4], "code": "trust"}),
        (Act.NO_CODE, "Cem", {"utterance": bare[5]}),
        (Act.SETTLE, "Ann", {"utterance": bare[0], "members": ("money",), "text": "clear"}),
        (Act.EDIT_CODE, "Ben", {"code": "tasks", "details": (("name", "duties"), ("theme", "Parent 0"))}),
        (Act.MEMO, "Ann", {"utterance": bare[1], "text": "ask about the fund"}),
        (Act.MEMO, "Ann", {"code": "money", "text": "a new one"}),
    )
    after, path = again(settings, tools, log, coded=True)
    names = [code.name for code in after.codebook.codes]
    assert names[-1] == "money"
    assert "duties" in names
    assert "tasks" not in names
    row = {u.id: i for i, u in enumerate(after.utterances)}
    coders, codes = after.table.coders, after.table.codes
    assert set(coders) == {"Ann", "Ben", "Cem", AGREED}
    money = after.table.values[coders.index("Ann"), :, codes.index("money")]
    assert {u for u, i in row.items() if money[i]} == set(bare[:4])
    assert after.table.values[coders.index("Cem"), row[bare[4]], codes.index("trust")]
    assert after.table.values[coders.index(AGREED), row[bare[0]], codes.index("money")]
    # renamed: every coding of the file goes on under the new name
    was = result.table.values[:, :, result.table.codes.index("tasks")]
    now = after.table.values[:, :, codes.index("duties")]
    assert [now[coders.index(c)].tolist() for c in ("Ann", "Ben")] == [
        was[result.table.coders.index(c)].tolist() for c in ("Ann", "Ben")
    ]
    done = {id_: {c for c, yes in zip(coders, after.table.worked[:, row[id_]], strict=True) if yes} for id_ in bare}
    assert done[bare[0]] == {"Ann", AGREED}  # nobody had coded it in the files, and Ben was not asked
    assert [done[id_] for id_ in bare[1:]] == [{"Ann"}] * 3 + [{"Cem"}] * 2
    filed = [row[u.id] for u, known in zip(result.utterances, result.table.coded, strict=True) if known]
    assert after.table.worked[[coders.index("Ann"), coders.index("Ben")]][:, filed].all()
    assert {(c.coder, c.code) for c in after.codings.reviewed} == {
        ("Ann", "money"),
        ("Cem", "trust"),
        (AGREED, "money"),
    }
    assert {(c.coder, c.code) for c in after.codings.finished} == {("Ann", ""), ("Cem", ""), (AGREED, "")}
    assert "ask about the fund" in {memo.text for memo in after.codings.memos}
    assert [memo.text for memo in after.codebook.memos] == ["a new one"]
    manifest = json.loads((path / "manifest.json").read_text())
    assert {file["kind"]: file["name"] for file in manifest["inputs"]}["decisions"] == store.LOG
    assert dict(map(tuple, manifest["counts"]))["codes"] == 6
    assert "6 codings" in report.html(after, settings().report)


def test_a_coding_of_the_file_that_was_taken_back_is_gone_and_the_rest_of_it_stays(coded, settings, tools):
    result, folder = coded
    ann, ben = result.table.values
    both, one = np.argwhere(ann & ben)[0], np.argwhere(ann & ~ben)[0]
    places = [(result.utterances[i].id, result.table.codes[j]) for i, j in (both, one)]
    log = say(folder, *((Act.TAKE_CODE, "Ann", {"utterance": id_, "code": code}) for id_, code in places))
    after, _ = again(settings, tools, log, coded=True)
    expected = result.table.values.copy()
    expected[0, both[0], both[1]] = expected[0, one[0], one[1]] = False
    assert after.table.values.tolist() == expected.tolist()
    # what another coder gives in the files is no code that nobody wants
    assert [(c.coder, c.code) for c in after.codings.refused] == [("Ann", places[1][1])]


def test_other_codings_leave_those_of_the_review(coded, settings, tools, study):
    _, folder = coded
    result = coded[0]
    bare = next(u for u, known in zip(result.utterances, result.table.coded, strict=True) if not known)
    log = say(folder, (Act.GIVE_CODE, "Cem", {"utterance": bare.id, "code": "trust"}))
    _, folder = again(settings, tools, log, coded=True)
    only_ann = study / "ann.csv"
    rows = (study / "codings.csv").read_text(encoding="utf-8").splitlines()
    only_ann.write_text("\n".join([rows[0], *(row for row in rows if ",Ann," in row)]) + "\n", encoding="utf-8")
    after, _ = revisit.compare_again(folder, only_ann, steady(), tools)
    assert after.table.coders == ("Ann", "Cem")
    given = Coding(bare.document, bare.start, bare.end, "Cem", "trust", "2026-02-03T10:00:00")
    assert after.codings.items[-1] == given
    assert dict(after.manifest.counts)["codings"] == len(after.codings.items)


def test_a_long_coding_loses_only_what_was_taken_back(coded, settings):
    result, _ = coded
    one, two, three = [u for u in result.utterances if u.document == "D03"][:3]
    long = Coding("D03", one.start, three.end, "Dora", "trust")
    codings = dataclasses.replace(result.codings, items=(*result.codings.items, long))
    back = Coding("D03", two.start, two.end, "Dora", "trust")
    _, after = decided.codebook_and_codings(
        result.corpus, result.codebook, codings, result.utterances, Standing(withdrawn=(back,))
    )
    assert [c for c in after.items if c.coder == "Dora"] == [
        Coding("D03", one.start, one.end, "Dora", "trust"),
        Coding("D03", three.start, three.end, "Dora", "trust"),
    ]
    assert after.items[: len(result.codings.items)] == result.codings.items


def test_what_has_no_place_any_more_is_told(coded, settings):
    result, _ = coded
    some = result.utterances[5]
    gone = Coding("D99", 3, 9, "Ann", "trust")
    short = Coding("D00", 10**6, 10**6 + 4, "Ann", "trust")
    unknown = Coding(some.document, some.start, some.end, "Ann", "no such code")
    standing = Standing(codings=(gone, short, unknown), refused=(gone,), lost=("what Ann said of D9-1-1: gone",))
    _, after = decided.codebook_and_codings(result.corpus, result.codebook, result.codings, result.utterances, standing)
    assert after.items == result.codings.items
    assert [(u.document, u.coder, u.code, u.text, u.reason) for u in after.unplaced] == [
        ("D99", "Ann", "trust", "", "the document D99 is not among the transcripts"),
        ("D00", "Ann", "trust", "", "the document D00 has changed since and does not reach so far"),
        (some.document, "Ann", "no such code", some.text, "the codebook has no code no such code"),
    ]
    assert [problem.what for problem in after.problems[-2:]] == [
        "1 codes that were refused in the review lie in documents or under codes that are not here",
        "what Ann said of D9-1-1: gone",
    ]


def test_codings_of_a_dropped_code_are_told_or_go_to_another(coded, settings):
    result, _ = coded
    n = sum(coding.code == "trust" for coding in result.codings.items)
    assert n > 5
    given = (result.corpus, result.codebook, result.codings, result.utterances)
    book, after = decided.codebook_and_codings(*given, Standing(edits=(CodeEdit("trust", None),)))
    assert "trust" not in {code.name for code in book.codes}
    assert len(after.items) == len(result.codings.items) - n
    assert Counter(u.reason for u in after.unplaced)["the code trust was dropped in the review"] == n
    book, after = decided.codebook_and_codings(*given, Standing(edits=(CodeEdit("trust", None, "family"),)))
    assert len(after.items) == len(result.codings.items)
    assert not after.unplaced


# ---- the run on screen with decisions on top ------------------------------------------------------------------------


def test_after_is_what_people_left_without_clustering_again(first, settings, tools):
    result, folder = first
    part, moved = ids_of(result, "T3")[::2], ids_of(result, "T4")[:2]
    out = ids_of(result, "T5")[0]
    log = say(
        folder,
        (Act.MERGE_THEMES, "Ann", {"theme": "T1", "members": ("T2",)}),
        (Act.SPLIT_THEME, "Ben", {"theme": "T3", "members": part, "text": "The other half"}),
        (Act.MOVE_UTTERANCES, "Ben", {"theme": "T3", "members": moved}),
        (Act.MOVE_UTTERANCES, "Ben", {"theme": "", "members": (out,)}),
        (Act.REJECT_THEME, "Ann", {"theme": "T4"}),
    )
    after = decided.after(result, standing_of(log))
    sums_up(after)
    assert set(ids_of(after, "T1")) == {*ids_of(result, "T1"), *ids_of(result, "T2")}
    assert set(ids_of(after, "T3.2")) == set(part)
    assert set(ids_of(after, "T3")) == {*ids_of(result, "T3"), *moved} - set(part)
    assert set(ids_of(after, "T5")) == set(ids_of(result, "T5")) - {out}
    assert {theme.id for theme in after.themes} == {
        *(theme.id for theme in result.themes if theme.id not in ("T2", "T4")),
        "T3.2",
    }
    row = {u.id: i for i, u in enumerate(after.utterances)}
    aside = after.clusters.placement.set_aside
    assert aside[row[out]] == "taken out of its candidate theme by an analyst"
    left = set(ids_of(result, "T4")) - set(moved)
    assert {aside[row[id_]] for id_ in left} == {"in a candidate theme that was rejected"}
    sizes = [theme.size for theme in after.themes]
    assert sizes == sorted(sizes, reverse=True)
    untouched = next(theme for theme in after.themes if theme.id == "T6")
    assert untouched == next(theme for theme in result.themes if theme.id == "T6")
    names = {theme.id: theme for theme in after.themes}
    assert names["T3.2"].label == "The other half"
    assert names["T3.2"].stability_word == "not computed"
    assert set(names["T3.2"].keywords) <= set(next(t for t in result.themes if t.id == "T3").keywords)
    assert dict(after.manifest.counts)["candidate themes"] == len(after.themes)
    assert report.html(after, settings().report)
    assert report.tables(after)["themes"].rows


def test_what_was_taken_out_of_its_theme_stays_out(first, settings, tools):
    result, folder = first
    out, back = ids_of(result, "T5")[:2]
    log = say(
        folder,
        (Act.MOVE_UTTERANCES, "Ben", {"theme": "", "members": (out, back)}),
        (Act.MOVE_UTTERANCES, "Ben", {"theme": "T6", "members": (back,)}),
    )
    second, where = again(settings, tools, log)
    row = {u.id: i for i, u in enumerate(second.utterances)}
    assert second.clusters.placement.set_aside[row[out]] == "taken out of its candidate theme by an analyst"
    assert back in ids_of(second, "T6")
    third, _ = again(settings, tools, where / "decisions.sqlite", out="third")
    assert third.clusters.placement.set_aside[row[out]] == "taken out of its candidate theme by an analyst"
    taken = decided.after(third, standing_of(where / "decisions.sqlite"))
    assert taken.clusters.placement.set_aside[row[out]] == "taken out of its candidate theme by an analyst"


def test_after_with_nothing_decided_is_the_result(coded):
    result, _ = coded
    after = decided.after(result, Standing())
    assert after.themes == result.themes
    assert after.codings == result.codings
    assert after.groups == result.groups
    assert after.mapping == result.mapping
    before, now = result.clusters.placement, after.clusters.placement
    for name in ("theme", "nearest", "second", "membership"):
        assert getattr(now, name).tolist() == getattr(before, name).tolist(), name
    assert now.set_aside == before.set_aside
    assert after.suggestions.ranked.tolist() == result.suggestions.ranked.tolist()
    assert after.clusters.cohesion.tolist() == result.clusters.cohesion.tolist()


def test_after_on_a_run_that_took_decisions_in_says_nothing_twice(coded, settings, tools):
    result, folder = coded
    bare = next(u.id for u, known in zip(result.utterances, result.table.coded, strict=True) if not known)
    log = say(
        folder,
        (Act.ACCEPT_THEME, "Ann", {"theme": "T2"}),
        (Act.GIVE_CODE, "Ann", {"utterance": bare, "code": "trust"}),
        (Act.MEMO, "Ann", {"utterance": bare, "text": "once"}),
    )
    second, folder = again(settings, tools, log, coded=True)
    after = decided.after(second, standing_of(say(folder)))
    assert after.themes == second.themes
    assert after.codings == second.codings
    assert [memo.text for memo in after.codings.memos].count("once") == 1


def test_suggestions_of_dropped_codes_are_gone_after(coded):
    result, _ = coded
    edits = (CodeEdit("trust", None), CodeEdit("family", dataclasses.replace(result.codebook.codes[0], name="kin")))
    after = decided.after(result, Standing(edits=edits))
    shown = {after.suggestions.codes[j] for row in after.suggestions.ranked.tolist() for j in row if j >= 0}
    assert "trust" not in shown
    assert "family" not in after.suggestions.codes
    assert "kin" in shown
    ranked = after.suggestions.ranked
    assert ((ranked >= 0)[:, :-1] >= (ranked >= 0)[:, 1:]).all()
    was = [[j for j in row if result.suggestions.codes[j] != "trust"] for row in result.suggestions.ranked.tolist()]
    assert [[j for j in row if j >= 0] for row in ranked.tolist()] == was
    assert len(after.explanations.words) == len(result.utterances)


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_takes_decisions_in(arguments, fake_tools, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    log = say(out, (Act.ACCEPT_THEME, "Ann", {"theme": "T2"}), (Act.REJECT_THEME, "Ben", {"theme": "T1"}))
    before = log.read_bytes()
    assert main(arguments("run", "--decisions", str(log), "--out", str(tmp_path / "next"))) == 0
    printed = capsys.readouterr().out
    assert re.search(r"decisions +1 candidate themes kept", printed)
    assert log.read_bytes() == before
    assert store.read_log(tmp_path / "next" / store.LOG) == store.read_log(log)
    page = (tmp_path / "next" / "report.html").read_text(encoding="utf-8")
    assert "Decisions of 2 analysts were taken in: 1 candidate theme kept, 1 rejected." in page
    assert "accepted by Ann" in page


def test_decisions_can_be_taken_in_by_the_run_itself(arguments, fake_tools, tmp_path):
    """The same folder again: its own log goes on."""
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    log = say(out, (Act.REJECT_THEME, "Ben", {"theme": "T1"}))
    n = len(store.read_log(log)[0])
    assert main(arguments("run", "--quiet", "--decisions", str(log), "--out", str(out))) == 0
    assert len(store.read_log(log)[0]) == n
    assert "T1," not in (out / "themes.csv").read_text()


def test_a_run_that_leaves_decisions_aside_says_so(arguments, fake_tools, tmp_path):
    out = tmp_path / "out"
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    assert "--decisions" not in (out / "report.html").read_text(encoding="utf-8")
    log = say(out, (Act.REJECT_THEME, "Ben", {"theme": "T1"}))
    before = log.read_bytes()
    assert main(arguments("run", "--quiet", "--out", str(out))) == 0
    assert log.read_bytes() == before
    assert "name that file with --decisions to take them in" in (out / "report.html").read_text(encoding="utf-8")
    assert "\nT1," in (out / "themes.csv").read_text()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("decisions.csv", "coder,decision,theme_id\nAnn,accepted,T1\n", "tables are for export --decisions"),
        ("decisions.sqlite", "no database", "this is not a log of decisions"),
        ("missing.sqlite", None, "missing.sqlite"),
    ],
)
def test_what_is_no_log_is_refused_before_the_work(arguments, fake_tools, tmp_path, capsys, name, content, told):
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert main(arguments("run", "--decisions", str(path), "--out", str(tmp_path / "out"))) == 3
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert fake_tools.encoder.embedded == []


def test_another_history_in_the_folder_is_not_overwritten(first, settings, tools, tmp_path):
    _, folder = first
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    log = say(folder, (Act.ACCEPT_THEME, "Ann", {"theme": "T1"}))
    kept = say(other, (Act.ACCEPT_THEME, "Ben", {"theme": "T2"})).read_bytes()
    config = settings(out="other")
    config = dataclasses.replace(config, study=dataclasses.replace(config.study, decisions=str(log)))
    with pytest.raises(InputError, match="hold different decisions"):
        run.run(config, tools, steady())
    assert (other / store.LOG).read_bytes() == kept


def test_a_kept_theme_without_any_utterance_is_told(first, settings, tools, monkeypatch):
    _, folder = first
    log = say(folder)
    lost = HeldTheme("T7", "Gone", Verdict.ACCEPTED, (Span("D99", 0, 9),), ("Ann",))
    monkeypatch.setattr(decide, "standing", lambda _: Standing(themes=(lost,)))
    after, _ = again(settings, tools, log)
    told = "Candidate theme T7 Gone (accepted by Ann) is not in this run: none of its utterances is."
    assert after.notes[-1] == told
    assert "T7" not in {theme.id for theme in after.themes}
