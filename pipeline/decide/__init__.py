"""Entries of the review's log -> what they amount to; pure, and the same whoever asks.

fold.py: entries to a State.  standing.py: a State to what another run takes in.  draw.py: what is drawn before people
begin.  subjects.py: when two entries are in conflict.
"""

from pipeline.decide import draw
from pipeline.decide.carry import is_held
from pipeline.decide.codes import edited, renamed
from pipeline.decide.fold import apply, fold
from pipeline.decide.standing import decisions, standing
from pipeline.decide.state import Guess, Note, Plan, Said, Settled, State, WorkingTheme
from pipeline.decide.subjects import subjects
from pipeline.decide.themes import next_part, unnamed

__all__ = [
    "Guess",
    "Note",
    "Plan",
    "Said",
    "Settled",
    "State",
    "WorkingTheme",
    "apply",
    "decisions",
    "draw",
    "edited",
    "fold",
    "is_held",
    "next_part",
    "renamed",
    "standing",
    "subjects",
    "unnamed",
]
