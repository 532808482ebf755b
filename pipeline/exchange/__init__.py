"""Records to files of QDA programs: REFI-QDA codebooks and projects, and what these formats cannot carry."""

from pipeline.exchange.kinds import KINDS, Kind
from pipeline.exchange.losses import losses, qdc_losses, study_losses
from pipeline.exchange.qdc import codebook_qdc
from pipeline.exchange.qdpx import project_qdpx, study_qdpx
from pipeline.exchange.study import Study

__all__ = [
    "KINDS",
    "Kind",
    "Study",
    "codebook_qdc",
    "losses",
    "project_qdpx",
    "qdc_losses",
    "study_losses",
    "study_qdpx",
]
