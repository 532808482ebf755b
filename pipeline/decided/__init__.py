"""What analysts decided, applied to a study: its codebook and codings, its candidate themes, or a whole result.

read.py: a log of decisions, for a run.  coding.py: codebook and codings.  themes.py: candidate themes of a new run.
after.py: the run that they were made on, as it stands with them.
"""

from pipeline.decided.after import after
from pipeline.decided.coding import codebook_and_codings, taken_in
from pipeline.decided.read import check_log, read
from pipeline.decided.themes import hold, lost_themes, named

__all__ = ["after", "check_log", "codebook_and_codings", "hold", "lost_themes", "named", "read", "taken_in"]
