"""Candidate themes from interview transcripts, beside the team's own coding."""

__version__ = "0.1.0"
