"""Records to files of QDA programs: REFI-QDA codebooks and projects, and what these formats cannot carry."""

from pipeline.exchange.losses import losses
from pipeline.exchange.qdc import codebook_qdc
from pipeline.exchange.qdpx import project_qdpx

__all__ = ["codebook_qdc", "losses", "project_qdpx"]
