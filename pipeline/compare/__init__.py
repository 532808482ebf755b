"""Machine coding against human coding: agreement, structure, themes found, disagreements, reading; arithmetic only."""

from __future__ import annotations

from pipeline.compare.agreement import agree
from pipeline.compare.coefficients import expected_calibration_error, kappa, masi_alpha
from pipeline.compare.comparison import Beside, compare, placed_by_site
from pipeline.compare.contingency import adjusted_mutual_information
from pipeline.compare.curve import CurvePoint, placed_curve
from pipeline.compare.effort import random_share, reading_effort
from pipeline.compare.hidden import Recovery, recovered
from pipeline.compare.intervals import bootstrap, jackknife
from pipeline.compare.pairing import theme_code_f1
from pipeline.compare.pairs import phi_across_documents
from pipeline.compare.stopping import largest_share
from pipeline.compare.triage import triage

__all__ = [
    "Beside",
    "CurvePoint",
    "Recovery",
    "adjusted_mutual_information",
    "agree",
    "bootstrap",
    "compare",
    "expected_calibration_error",
    "jackknife",
    "kappa",
    "largest_share",
    "masi_alpha",
    "phi_across_documents",
    "placed_by_site",
    "placed_curve",
    "random_share",
    "reading_effort",
    "recovered",
    "theme_code_f1",
    "triage",
]
