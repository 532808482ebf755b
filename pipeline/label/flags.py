"""What an analyst should know before she reads a theme as a theme: is it one person's, one site's, one question's?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.records import Floats, Ints, Utterance

# From this share on it is "mostly" one person's or one site's.
_MOSTLY = 0.8
# Two questions ask alike from this cosine on (by hand: on the development sets questions of one guide topic have .6 to
# .9). "Mostly" one question: more than half of a theme, and twice as many of its answers as of all answers.
_ALIKE, _HALF, _TIMES = 0.6, 0.5, 2.0
_SHOWN = 90


def flags_of(members: Ints, utterances: Sequence[Utterance], question: Floats) -> tuple[str, ...]:
    """Remarks in plain words on the theme of these members (rows of the utterances).

    question: float32 [n, d], unit vectors of the questions, zeros where nobody asked.
    """
    inside = [utterances[i] for i in members.tolist()]
    people = Counter(member.person for member in inside)
    sites = Counter(member.site for member in inside)
    flags = []
    (person, by_one) = people.most_common(1)[0]
    (site, at_one) = sites.most_common(1)[0]
    if len(people) == 1:
        flags.append(f"one speaker only: {person}")
    elif by_one >= _MOSTLY * len(inside):
        flags.append(f"mostly one speaker: {person} ({by_one} of {len(inside)})")
    several_sites = len({u.site for u in utterances if u.site}) > 1
    if several_sites and site and len(sites) == 1:
        flags.append(f"at one site only: {site}")
    elif several_sites and site and at_one >= _MOSTLY * len(inside):
        flags.append(f"mostly at one site: {site} ({at_one} of {len(inside)})")
    return (*flags, *_question(members, utterances, question))


def _question(members: Ints, utterances: Sequence[Utterance], question: Floats) -> tuple[str, ...]:
    """Whether most members answer one question, in whatever words it was asked in other documents."""
    asked = np.array([bool(u.question) for u in utterances], bool)
    answers = members[asked[members]]
    documents = {utterances[i].document for i in answers.tolist()}
    if len(answers) < 2 or len(documents) < 2:
        return ()
    alike = question[answers] @ question[answers].T >= _ALIKE
    middle = int(np.argmax(alike.sum(axis=1)))
    n_alike = int(alike[middle].sum())
    usual = float((question[asked] @ question[answers[middle]] >= _ALIKE).mean())
    same = {utterances[i].document for i in answers[alike[middle]].tolist()}
    if len(same) < 2 or n_alike <= _HALF * len(members) or n_alike < _TIMES * usual * len(answers):
        return ()
    words = " ".join(utterances[int(answers[middle])].question.split())
    shown = words if len(words) <= _SHOWN else "… " + words[-_SHOWN:].split(" ", 1)[-1]
    return (f"mostly answers to one question ({n_alike} of {len(members)}): “{shown}”",)
