"""The language of a text, guessed by py3langid (Lui and Baldwin 2012, https://aclanthology.org/P12-3005/)."""

from __future__ import annotations

from functools import cache
from typing import Any


def guess_language(text: str) -> str:
    """The most likely language as a code of two or three letters (ISO 639); some 140 are known, Luganda among them."""
    found: str = _identifier().classify(text)[0]
    return found


@cache
def _identifier() -> Any:
    """Half a second: the caller asks only where something cheaper has not settled the question."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
