"""Turns -> utterances that point back into the source; interviewer talk and fillers dropped with a reason."""

from pipeline.segment.parse_spacy import Parsed, Parser, open_parser
from pipeline.segment.split import Segmented, split

__all__ = ["Parsed", "Parser", "Segmented", "open_parser", "split"]
