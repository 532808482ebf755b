"""Groups of utterances -> candidate themes: label, keywords, typical and contrary quotes."""

from pipeline.label.name import describe, name_groups, name_themes
from pipeline.label.phrases import candidates

__all__ = ["candidates", "describe", "name_groups", "name_themes"]
