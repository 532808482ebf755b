"""What is shown as suggestions: strength in a word, decoys like the rest, nothing before a coder spoke."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.ask.reasons import nearest_in_words, reasons
from pipeline.decide import Plan
from pipeline.records import Act, Code, Codebook, Entry, Suggestions
from pipeline.review import offers, queue
from pipeline.review.desk import Desk
from pipeline.review.drawing import plan_entries
from pipeline.review.offers import Offer

NAN = float("nan")


def machine(ranked: list[int], chances: list[float]) -> Suggestions:
    """Suggestions for one utterance among the codes a, b, c, d."""
    empty = np.zeros((1, 4), np.float32)
    return Suggestions(
        codes=("a", "b", "c", "d"),
        ranked=np.array([ranked], np.int32),
        probability=np.array([chances], np.float32),
        scores=empty,
        probabilities=empty,
        fold=np.array([-1], np.int32),
        basis="a test",
        chosen=empty.astype(np.bool_),
        no_code=np.zeros(1, np.float32),
        themes=(),
        theme_probability=np.zeros((1, 0), np.float32),
        plausible=np.zeros((1, 0), np.bool_),
    )


@pytest.mark.parametrize(
    ("ranked", "chances", "names", "shown"),
    [
        ([0, 1, 2], [0.9, 0.3, 0.1], {}, "a likely, b possible, c possible"),
        ([0, 1, 2], [0.5, 0.5, 0.04], {}, "a likely, b likely"),
        ([0, 1, 2], [0.02, 0.01, 0.0], {}, "a possible"),
        ([3, 1, 2], [NAN, NAN, NAN], {}, "d likely, b possible, c possible"),
        ([0, -1, -1], [0.9, NAN, NAN], {}, "a likely"),
        ([-1, -1, -1], [NAN, NAN, NAN], {}, ""),
        ([0, 1, 2], [0.9, 0.3, 0.1], {"a": "alpha", "b": ""}, "alpha likely, c possible"),
        ([0, 1, 2], [0.9, 0.3, 0.1], {"b": "a"}, "a likely, c possible"),
    ],
)
def test_strength_is_a_word(ranked: list[int], chances: list[float], names: dict[str, str], shown: str) -> None:
    found = offers.named(machine(ranked, chances), 0, names)
    assert ", ".join(f"{offer.code} {offer.word}" for offer in found) == shown


def test_without_a_codebook_nothing_is_suggested(desk: Desk) -> None:
    desk.result = dataclasses.replace(desk.result, suggestions=None)
    assert offers.offers(desk, "Cara", desk.result.utterances[0].id) == ()
    plan, decoys = plan_entries(desk, "Lea", Plan(double=0.5, decoys=0.1, seed=3))
    assert plan.members
    assert decoys.details == ()


def with_decoy(desk: Desk) -> tuple[str, str, tuple[Offer, ...]]:
    """An utterance with two suggestions or more, a code that is not suggested there, and what the machine suggests."""
    for utterance in queue.share_of(desk, "Cara").ids:
        real = offers.suggested(desk, utterance)
        others = {code.name for code in desk.codebook.codes} - {offer.code for offer in real}
        if len(real) > 1 and others:
            return utterance, min(others), real
    raise AssertionError("the small study has such utterances")


def draw(desk: Desk, utterance: str, code: str) -> None:
    desk.say(Entry(Act.DECOYS, "Lea", "", details=((utterance, code),)), None)


def test_a_decoy_takes_the_place_and_the_word_of_one_suggestion(desk: Desk) -> None:
    utterance, decoy, real = with_decoy(desk)
    draw(desk, utterance, decoy)
    shown = offers.offers(desk, "Cara", utterance)
    assert [offer.word for offer in shown] == [offer.word for offer in real]
    changed = [place for place, (a, b) in enumerate(zip(shown, real, strict=True)) if a.code != b.code]
    assert [shown[place].code for place in changed] == [decoy]
    assert shown[changed[0]].open


@pytest.mark.parametrize("act", [Act.ACCEPT_CODE, Act.REJECT_CODE])
def test_once_answered_a_decoy_is_told_and_what_it_replaced_comes_last(desk: Desk, act: Act) -> None:
    utterance, decoy, real = with_decoy(desk)
    draw(desk, utterance, decoy)
    before = offers.offers(desk, "Cara", utterance)
    desk.say(Entry(act, "Cara", "", utterance=utterance, code=decoy, shown=(decoy,)), None)
    after = offers.offers(desk, "Cara", utterance)
    assert [offer.code for offer in after[:-1]] == [offer.code for offer in before]
    assert after[-1] in real
    assert after[-1] not in before
    assert not next(offer for offer in after if offer.decoy).open
    assert offers.offers(desk, "Dan", utterance) == before, "nobody else is told"
    assert decoy not in desk.codes_by("Cara", utterance)


def test_a_yes_to_a_decoy_is_an_acceptance_once_and_then_a_code_that_is_given(desk: Desk) -> None:
    utterance, decoy, _ = with_decoy(desk)
    draw(desk, utterance, decoy)
    find = {offer.code: offer for offer in offers.offers(desk, "Cara", utterance)}
    assert {offers.act_for(desk, utterance, offer) for offer in find.values()} == {Act.ACCEPT_CODE}
    desk.say(Entry(Act.ACCEPT_CODE, "Cara", "", utterance=utterance, code=decoy), None)
    told = next(offer for offer in offers.offers(desk, "Cara", utterance) if offer.decoy)
    assert offers.act_for(desk, utterance, told) is Act.GIVE_CODE
    desk.say(Entry(Act.GIVE_CODE, "Cara", "", utterance=utterance, code=decoy), None)
    assert desk.codes_by("Cara", utterance) == (decoy,)


def test_a_decoy_that_the_machine_suggests_after_all_is_none(desk: Desk) -> None:
    utterance, _, real = with_decoy(desk)
    draw(desk, utterance, real[0].code)
    assert offers.offers(desk, "Cara", utterance) == real
    assert offers.act_for(desk, utterance, real[0]) is Act.GIVE_CODE, "an acceptance would count as that of a decoy"


def test_a_decoy_whose_code_is_gone_is_none(desk: Desk) -> None:
    utterance, decoy, real = with_decoy(desk)
    draw(desk, utterance, decoy)
    desk.say(Entry(Act.DROP_CODE, "Lea", "", code=decoy), None)
    assert offers.offers(desk, "Cara", utterance) == real


def test_nothing_is_shown_before_a_coder_spoke_where_the_team_works_so(desk: Desk) -> None:
    utterance, _, real = with_decoy(desk)
    details = (("blind", "yes"), ("double", "0"), ("decoys", "0"), ("seed", "1"))
    desk.say(Entry(Act.PLAN, "Lea", "", details=details), None)
    assert offers.offers(desk, "Cara", utterance) == ()
    desk.say(Entry(Act.GIVE_CODE, "Cara", "", utterance=utterance, code="trust"), None)
    assert offers.offers(desk, "Cara", utterance) == ()
    desk.say(Entry(Act.LOCK, "Cara", "", utterance=utterance, members=("trust",)), None)
    assert offers.offers(desk, "Cara", utterance) == real
    assert offers.offers(desk, "Dan", utterance) == ()


def test_what_was_seen_cannot_become_unseen(desk: Desk) -> None:
    utterance, _, real = with_decoy(desk)
    desk.say(Entry(Act.REJECT_CODE, "Cara", "", utterance=utterance, code=real[0].code, shown=(real[0].code,)), None)
    details = (("blind", "yes"), ("double", "0"), ("decoys", "0"), ("seed", "1"))
    desk.say(Entry(Act.PLAN, "Lea", "", details=details), None)
    assert not offers.speaks_first(desk, "Cara", utterance)
    assert offers.speaks_first(desk, "Dan", utterance)


def plan(desk: Desk, **settings: float) -> dict[str, str]:
    """The decoys that settings draw, after they are in the log."""
    chosen = Plan(**{"double": 0.2, "decoys": 0.1, "seed": 4, **settings})  # type: ignore[arg-type]
    entries = desk.say_all(plan_entries(desk, "Lea", chosen), None)
    return dict(entries[1].details)


def test_decoys_are_what_neither_machine_nor_people_think_of(desk: Desk) -> None:
    decoys = plan(desk, double=1.0)
    suggestions, table = desk.result.suggestions, desk.result.table
    assert suggestions is not None
    assert decoys
    for utterance, code in decoys.items():
        row, j = desk.row[utterance], suggestions.codes.index(code)
        assert j not in suggestions.ranked[row]
        assert not suggestions.chosen[row, j]
        assert not table.by_anyone[row, j]
        assert (suggestions.scores[row] > suggestions.scores[row, j]).sum() >= 4, "not the next one either"


def test_the_same_seed_draws_the_same_and_another_seed_others(desk: Desk) -> None:
    wanted = Plan(double=0.3, decoys=0.1, seed=4)
    first, again = plan_entries(desk, "Lea", wanted), plan_entries(desk, "Lea", wanted)
    other = plan_entries(desk, "Lea", dataclasses.replace(wanted, seed=5))
    assert first == again
    assert first[0].members != other[0].members
    assert first[1].details != other[1].details


def test_shares_are_kept(desk: Desk) -> None:
    n = len(desk.result.utterances) - len(queue.by_two_in_files(desk))
    decoys = plan(desk, double=1.0, decoys=0.05)
    assert len(desk.state.plan.everybody) == n
    assert 0 < len(decoys) <= round(0.05 * n)
    assert plan(desk, double=0, decoys=0) == {}
    assert desk.state.plan.everybody == frozenset()
    assert desk.state.decoys == {}


def test_what_was_answered_never_becomes_a_decoy_and_decoys_that_were_seen_stay(desk: Desk) -> None:
    first = plan(desk, double=1.0)
    seen, code = min(first.items())
    desk.say(Entry(Act.NO_CODE, "Cara", "", utterance=seen, shown=(code,)), None)
    for utterance in [u.id for u in desk.result.utterances if u.id not in first][:150]:
        desk.say(Entry(Act.NO_CODE, "Cara", "", utterance=utterance), None)
    for seed in range(5, 9):
        decoys = plan(desk, double=1.0, seed=seed)
        assert decoys[seen] == code
        assert set(decoys) & set(desk.state.said) == {seen}
    assert plan(desk, decoys=0) == {seen: code}


def test_a_coded_stretch_keeps_decoys_away(desk: Desk) -> None:
    first = plan(desk, double=1.0)
    for utterance in map(desk.utterance, first):
        place = {"document": utterance.document, "start": utterance.start + 1, "end": utterance.end - 1}
        desk.say(Entry(Act.GIVE_CODE, "Cara", "", code="trust", **place), None)
    assert not set(plan(desk, double=1.0)) & set(first)


def anything(code: str, row: int) -> bool:
    """Every utterance may be shown as an example."""
    return True


def test_parity_of_reasons_with_those_of_the_run(desk: Desk) -> None:
    result = desk.result
    suggestions, why = result.suggestions, result.explanations
    assert suggestions is not None
    assert why is not None
    by_anyone = result.table.by_anyone
    given = {code: np.flatnonzero(by_anyone[:, j]).tolist() for j, code in enumerate(result.table.codes)}
    compared = 0
    for row in range(len(result.utterances)):
        codes = [result.codebook.codes[j] for j in suggestions.ranked[row].tolist()]
        found = reasons(result, row, codes, given, anything)
        for rank, reason in enumerate(found):
            assert reason.words == why.words[row][rank]
            theirs = tuple(why.examples[row, rank].tolist())
            texts = {result.utterances[each].clean for each in (row, *theirs)}
            if len(texts) == 3:  # a text that is said twice is shown once here
                assert reason.examples == theirs
                compared += 1
    assert compared > 100


def test_reasons_of_a_code_that_nobody_gave(desk: Desk) -> None:
    (reason,) = reasons(desk.result, 0, [Code("brand new")], {}, anything)
    assert (reason.code, reason.examples, reason.words) == ("brand new", (), ())


def test_the_code_that_shares_most_words() -> None:
    book = Codebook((Code("Hope", definition="things get better"), Code("Money", definition="contracts and payment")))
    texts = {"a": "I hope it gets better", "b": "the contract", "c": "nothing of that kind", "d": ""}
    assert nearest_in_words(texts, book) == {"a": "Hope", "b": "Money"}
    assert nearest_in_words(texts, Codebook()) == {}
