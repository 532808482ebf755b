"""What was understood of a study's files, as plain data: for `check`, on the screen and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pipeline.records import Codebook, Codings, Corpus, Problem, Role
from pipeline.stages import Inputs

Rows = list[dict[str, Any]]


def in_short(inputs: Inputs) -> dict[str, Any]:
    """Documents and speakers with counts, numbers of codes and codings, files skipped, and problems."""
    return {
        "documents": _documents(inputs.corpus),
        "speakers": _speakers(inputs.corpus),
        "codes": len(inputs.codebook.codes),
        "codings": len(inputs.codings.items),
        "skipped": _told(inputs.corpus.skipped),
        "problems": _told(problems(inputs)),
    }


def in_full(inputs: Inputs) -> dict[str, Any]:
    """The same, with every turn, code, coding and memo, and the codings that have no place."""
    return {
        **in_short(inputs),
        "turns": _turns(inputs.corpus),
        "tree": _tree(inputs.codebook),
        "sets": [asdict(group) for group in inputs.codebook.sets],
        "placed": _placed(inputs.codings, inputs.corpus),
        "unplaced": [asdict(coding) for coding in inputs.codings.unplaced],
        "memos": [asdict(memo) for memo in (*inputs.codebook.memos, *inputs.codings.memos)],
    }


def problems(inputs: Inputs) -> tuple[Problem, ...]:
    """What was noticed in transcripts, codebook and codings, each once."""
    return tuple(dict.fromkeys(inputs.corpus.problems + inputs.codebook.problems + inputs.codings.problems))


def _told(found: Sequence[Problem]) -> Rows:
    return [{"where": p.where, "what": p.what, "todo": p.todo} for p in found]


def _documents(corpus: Corpus) -> Rows:
    turns: Counter[str] = Counter()
    words: Counter[str] = Counter()
    texts = {document.id: document.text for document in corpus.documents}
    for turn in corpus.turns:
        turns[turn.document] += 1
        words[turn.document] += len(texts[turn.document][turn.start : turn.end].split())
    return [
        {
            "document": d.id, "site": d.site, "file": d.source, "read as": d.form, "encoding": d.encoding,
            "turns": turns[d.id], "words": words[d.id],
        }
        for d in corpus.documents
    ]  # fmt: skip


def _speakers(corpus: Corpus) -> Rows:
    """Speakers pooled over documents by label and role, most turns first."""
    pooled: dict[tuple[str, Role], list[int]] = {}
    reasons: dict[tuple[str, Role], str] = {}
    for speaker in corpus.speakers:
        key = speaker.label, speaker.role
        counts = pooled.setdefault(key, [0, 0, 0, 0])
        for i, value in enumerate((1, speaker.turns, speaker.words, speaker.questions)):
            counts[i] += value
        reasons.setdefault(key, speaker.reason)
    return [
        {
            "label": label or "(none)", "role": str(role), "documents": counts[0], "turns": counts[1],
            "words": counts[2], "questions": counts[3], "why": reasons[label, role],
        }
        for (label, role), counts in sorted(pooled.items(), key=lambda item: (-item[1][1], item[0]))
    ]  # fmt: skip


def _turns(corpus: Corpus) -> Rows:
    texts = {document.id: document.text for document in corpus.documents}
    return [
        {
            "document": t.document, "turn": t.number, "paragraph": t.paragraph, "start": t.start, "end": t.end,
            "start_ms": t.start_ms, "end_ms": t.end_ms, "speaker": t.speaker, "role": str(t.role),
            "text": texts[t.document][t.start : t.end], "original": t.original,
        }
        for t in corpus.turns
    ]  # fmt: skip


def _tree(codebook: Codebook) -> Rows:
    folders = [
        {"code": f.name, "theme": f.parent, "folder": True, "definition": f.definition, "color": f.color}
        for f in codebook.folders
    ]
    codes = [
        {
            "code": c.name, "theme": c.theme, "folder": False, "definition": c.definition, "color": c.color,
            "include": c.include, "exclude": c.exclude, "examples": c.examples,
        }
        for c in codebook.codes
    ]  # fmt: skip
    return folders + codes


def _placed(codings: Codings, corpus: Corpus) -> Rows:
    texts = {document.id: document.text for document in corpus.documents}
    return [{**asdict(coding), "text": texts[coding.document][coding.start : coding.end]} for coding in codings.items]
