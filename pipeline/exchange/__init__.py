"""Records to files of other programs, and what these files cannot carry.

kinds.py lists all kinds of files.  refi/: REFI-QDA codebooks and projects.  tables/: workbooks, CSV and Word files.
verdicts.py and decided.py: what analysts decided, and the codebook and codings after it.  told.py: sentences on what is
left out.  sheets.py and blocks.py: what the adapters write_xlsxwriter.py and write_docx.py write.
"""

from pipeline.exchange.kinds import KINDS, Kind
from pipeline.exchange.refi.losses import losses, qdc_losses, study_losses
from pipeline.exchange.refi.qdc import codebook_qdc
from pipeline.exchange.refi.qdpx import project_qdpx, study_qdpx
from pipeline.exchange.refi.study import Study

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
