"""Machine coding against human coding: agreement, structure, themes found, disagreements, effort; arithmetic only."""

from __future__ import annotations

from pipeline.compare.agreement import agree
from pipeline.compare.coefficients import expected_calibration_error, kappa, masi_alpha
from pipeline.compare.comparison import compare, placed_by_site
from pipeline.compare.contingency import adjusted_mutual_information
from pipeline.compare.effort import random_share, reading_effort
from pipeline.compare.intervals import bootstrap, jackknife
from pipeline.compare.pairing import theme_code_f1
from pipeline.compare.pairs import phi_across_documents

__all__ = [
    "adjusted_mutual_information",
    "agree",
    "bootstrap",
    "compare",
    "expected_calibration_error",
    "jackknife",
    "kappa",
    "masi_alpha",
    "phi_across_documents",
    "placed_by_site",
    "random_share",
    "reading_effort",
    "theme_code_f1",
]
