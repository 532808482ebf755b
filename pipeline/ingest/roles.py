"""Who interviews and who takes part: by the configuration, the table, the label's words, or by who asks.

Evidence on a label is pooled over all documents, since one interview of ten turns says little; only what programs call
people whose names they do not know (`Speaker 1`) is judged in each document by itself. A speaker whose label
says nothing is taken for an interviewer if at least 30% of the turns hold a question, that share is at least 1.5 times
that of everybody else in most of the label's documents, the label speaks at most 60% of the words there, and it is in
more than half of the study's documents (or asks in at least half of its turns, five of them or more).
These are this software's rules of thumb; the configuration overrides them, and every speaker carries its reason.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.config import IngestConfig
from pipeline.ingest.drafts import Draft, key_of
from pipeline.ingest.labels import is_anonymous, stated_role, usual_role
from pipeline.records import Role, Speaker

_QUESTION = re.compile("[?？؟]")
_ASKS, _CLEARLY, _SHORT = 0.30, 1.5, 0.60
_ASKS_ALONE, _MIN_TURNS = 0.50, 5
_STATED = "the file says so"
_PoolKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Voice:
    """What one label does in one document.  stated: the role that the table gives most often, "" if none."""

    document: str
    key: str
    label: str
    stated: str
    turns: int
    words: int
    questions: int


@dataclass(frozen=True, slots=True)
class _Pool:
    """One label over all documents.  contested: in how many it meets others, won: in how many it clearly asks most.

    words, all_words: own and everybody's words in the contested documents.
    """

    turns: int
    questions: int
    documents: int
    contested: int = 0
    won: int = 0
    words: int = 0
    all_words: int = 0

    @property
    def asks(self) -> float:
        return self.questions / self.turns


def speakers_of(drafts: Sequence[Draft], config: IngestConfig) -> tuple[Speaker, ...]:
    """Every speaker of every document with a role and its reason, in the order of documents and first words."""
    voices = [voice for draft in drafts for voice in _voices(draft)]
    answers = {draft.id for draft in drafts if draft.form == "answers"}
    pools = _pooled(voices)
    decided = []
    for voice in voices:
        if not voice.key and voice.document in answers:
            role, reason = Role.PARTICIPANT, "the table holds answers without speakers: each document is one person"
        else:
            together = 1 if is_anonymous(voice.key) else len(drafts)
            role, reason = _role(voice, pools[_pool_key(voice)], together, config)
        decided.append(_speaker(voice, role, reason))
    return _with_participants(decided, config)


def _voices(draft: Draft) -> list[Voice]:
    spelling: dict[str, Counter[str]] = defaultdict(Counter)
    stated: dict[str, Counter[str]] = defaultdict(Counter)
    turns, words, questions = Counter[str](), Counter[str](), Counter[str]()
    for talk in draft.talks:
        key, text = key_of(talk.label), draft.text[talk.start : talk.end]
        spelling[key][talk.label] += 1
        if role := stated_role(talk.role):
            stated[key][role] += 1
        turns[key] += 1
        words[key] += len(text.split())
        questions[key] += bool(_QUESTION.search(text))
    return [
        Voice(draft.id, key, _most(spelling[key]), _most(stated[key]), n, words[key], questions[key])
        for key, n in turns.items()
    ]


def _most(counts: Counter[str]) -> str:
    """The most frequent entry, of equals the first met."""
    return counts.most_common(1)[0][0] if counts else ""


def _pool_key(voice: Voice) -> _PoolKey:
    """What a voice is judged with: its label everywhere; `Speaker 1` is somebody else in each document."""
    return (voice.document if is_anonymous(voice.key) else "", voice.key)


def _pooled(voices: Sequence[Voice]) -> dict[_PoolKey, _Pool]:
    by_document: dict[str, list[Voice]] = defaultdict(list)
    by_key: dict[_PoolKey, list[Voice]] = defaultdict(list)
    for voice in voices:
        by_document[voice.document].append(voice)
        by_key[_pool_key(voice)].append(voice)
    pools = {
        key: _Pool(sum(v.turns for v in group), sum(v.questions for v in group), len(group))
        for key, group in by_key.items()
    }
    return {key: _contest(pools, group, by_document) for key, group in by_key.items()}


def _contest(
    pools: Mapping[_PoolKey, _Pool], group: Sequence[Voice], by_document: Mapping[str, Sequence[Voice]]
) -> _Pool:
    mine = pools[_pool_key(group[0])]
    contested = won = words = all_words = 0
    for voice in group:
        present = by_document[voice.document]
        others = [pools[_pool_key(other)].asks for other in present if other.key != voice.key]
        if others:
            contested += 1
            won += mine.asks >= _CLEARLY * max(others) and mine.asks > 0
            words += voice.words
            all_words += sum(other.words for other in present)
    return replace(mine, contested=contested, won=won, words=words, all_words=all_words)


def _role(voice: Voice, pool: _Pool, n_documents: int, config: IngestConfig) -> tuple[Role, str]:
    for role, names in ((Role.INTERVIEWER, config.interviewers), (Role.PARTICIPANT, config.participants)):
        if voice.key in map(key_of, names):
            return role, "named in the configuration"
    if voice.stated:
        return Role(voice.stated), _STATED
    if not voice.key:
        return Role.UNKNOWN, "no speaker is named"
    if usual := usual_role(voice.key):
        return Role(usual), f"label is a usual word for {'an' if usual[0] in 'ai' else 'a'} {usual}"
    return _by_behaviour(pool, n_documents)


def _by_behaviour(pool: _Pool, n_documents: int) -> tuple[Role, str]:
    if not pool.contested:
        return Role.PARTICIPANT, "speaks alone: nobody else is there to be interviewed"
    share = pool.words / max(1, pool.all_words)
    reason = (
        f"asks: {pool.asks:.0%} of {pool.turns} turns hold a question; {share:.0%} of the words;"
        f" speaks in {pool.documents} of {n_documents} documents"
    )
    asks_most = pool.asks >= _ASKS and pool.won * 2 > pool.contested
    spread = pool.documents * 2 > n_documents or (pool.asks >= _ASKS_ALONE and pool.turns >= _MIN_TURNS)
    if asks_most and share <= _SHORT and spread:
        return Role.INTERVIEWER, reason
    return Role.PARTICIPANT, f"does not lead the talk: {reason.removeprefix('asks: ')}"


def _speaker(voice: Voice, role: Role, reason: str) -> Speaker:
    return Speaker(voice.document, voice.label, role, reason, voice.turns, voice.words, voice.questions)


def _with_participants(speakers: Sequence[Speaker], config: IngestConfig) -> tuple[Speaker, ...]:
    """In a document of interviewers only, the one who speaks most is the participant, unless configured otherwise."""
    by_document: dict[str, list[int]] = defaultdict(list)
    for i, speaker in enumerate(speakers):
        by_document[speaker.document].append(i)
    result = list(speakers)
    for places in by_document.values():
        if any(speakers[i].role != Role.INTERVIEWER for i in places):
            continue
        free = [i for i in places if not _is_fixed(speakers[i], config.interviewers)]
        if free:
            largest = max(free, key=lambda i: (speakers[i].words, -i))
            reason = f"speaks most in a document without any other participant (otherwise: {speakers[largest].reason})"
            result[largest] = replace(speakers[largest], role=Role.PARTICIPANT, reason=reason)
    return tuple(result)


def _is_fixed(speaker: Speaker, interviewers: Collection[str]) -> bool:
    return key_of(speaker.label) in map(key_of, interviewers) or speaker.reason == _STATED
