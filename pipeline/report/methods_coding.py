"""The methods text on codes: how they were suggested, compared with people's, and put into a reading order."""

from __future__ import annotations

import numpy as np

from pipeline.records import Agreement, Result
from pipeline.report.frame import Frame
from pipeline.report.lines import REFLEXIVE, why_nothing_compared
from pipeline.report.words import count, is_consensus, listing, plural

_FEW_DOCUMENTS = 20
"""Below it the comparison's intervals are a jackknife over documents with Student's t, from it on a bootstrap."""


def suggestion_text(result: Result) -> str:
    """How codes were suggested; "" where there was no codebook to suggest from."""
    suggestions = result.suggestions
    if suggestions is None:
        return ""
    texts = [f"Codes were suggested by machine; the suggestions rest on {suggestions.basis.rstrip('.')}."]
    if np.isfinite(suggestions.probability).any():
        texts.append(
            "Their probabilities were calibrated on documents held out from learning (Platt 1999), and several codes "
            "for an utterance were possible."
        )
    else:
        texts.append("They carry no probabilities, since too little was coded to calibrate any.")
    if np.isfinite(suggestions.no_code).any():
        texts.append("No code at all was an answer of its own, with its own probability.")
    if suggestions.plausible.shape[1]:
        texts.append(
            "For each utterance a set of plausible codes was formed by conformal prediction with documents as the unit "
            "(Dunn, Wasserman and Ramdas 2022)."
        )
    if result.explanations is not None:
        texts.append("Each suggestion is shown with the coded utterances nearest to it and the words that it matches.")
    return " ".join(texts)


def coding_text(frame: Frame) -> str:
    """What people coded, the unit of comparison, and how agreement was computed; for a reflexive study why not."""
    result, table = frame.result, frame.result.table
    if not table.coders:
        return "No human coding was compared."
    text = (
        f"Codings of {plural(len(table.people), 'coder')} with {plural(len(table.codes), 'code')} were carried over to "
        f"utterances: a coding touches an utterance if it covers at least half of it, or if the utterance covers at "
        f"least half of the coding"
    )
    if frame.reflexive:
        return f"{text}. No agreement is reported: {REFLEXIVE}."
    agreements = result.comparison.agreements
    if not agreements:
        text = f"{text}. No agreement with the machine was computed: {why_nothing_compared(result)}."
        return f"{text} {_structure(result)}"
    return (
        f"{text}. Codes were learned on some documents and agreement was computed on others only, "
        f"{listing(list(dict.fromkeys(_intervals(agreement) for agreement in agreements)))}. {_figures(result)} "
        f"{_structure(result)}"
    )


def _intervals(agreement: Agreement) -> str:
    n = agreement.n_documents
    if n < 2:
        return "without 95% intervals where all of it comes from one document"
    how = "jackknife with Student's t" if n < _FEW_DOCUMENTS else "bootstrap"
    return f"with 95% intervals by {how} over {count(n)} documents"


def _figures(result: Result) -> str:
    comparison = result.comparison
    texts = [
        "Agreement is kappa (Cohen 1960), as a mean over codes; alpha for sets of codes with the MASI distance "
        "(Krippendorff 2004; Passonneau 2006); how often the first of the suggestions, or one of the first three, is "
        "right; and the calibration error (Naeini and others 2015). Intervals are over documents, since utterances of "
        "one document are not independent (Efron and Tibshirani 1993)."
    ]
    if comparison.human:
        texts.append("Agreement of two people over the same utterances stands beside it as the ceiling.")
    if any(is_consensus(a.first) for a in comparison.agreements):
        texts.append(
            "The consensus of coders (codes that more than half of those who worked on a document gave) was one more "
            "coder to compare with."
        )
    if rules := list(dict.fromkeys(b.second for b in comparison.baselines)):
        texts.append(f"Other ways to code were scored on the same utterances for comparison: {listing(rules, 12)}.")
    if comparison.drift:
        texts.append("Each coder's agreement was followed over the dates of the codings.")
    return " ".join(texts)


def _structure(result: Result) -> str:
    rows = result.comparison.structure
    if not rows:
        return ""
    others = listing([row.name for row in rows[1:]], 12)
    beside = f", beside these groupings: {others}" if others else ""
    return (
        f"Whether candidate themes follow the codes was told by adjusted mutual information (Vinh, Epps and Bailey "
        f"2010) less its mean after shifting the themes along each transcript{beside}. Candidates and codes were laid "
        f"out in a convergence matrix (Farmer and others 2006)."
    )


def reading_text(result: Result) -> str:
    """How the reading order was made and what bounds what is unread; "" where nothing was ordered."""
    triage = result.triage
    if not triage.items:
        return ""
    what = plural(triage.n_unread, "unread utterance") if triage.n_unread else "utterances for a second look"
    basis = f": {triage.basis.rstrip('.')}" if triage.basis else ""
    return f"A reading order was suggested for {what}{basis}. {triage.stopping}"
