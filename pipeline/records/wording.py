"""Names that files carry out and back in: who wrote them, and which branches of a coding tree are the machine's."""

from __future__ import annotations

ORIGIN = "theme-pipeline"
MACHINE = "theme-pipeline (machine)"
"""The machine as a user of a REFI-QDA project; its codings are suggestions and never count as a person's."""
SUGGESTED = "SUGGESTED (machine)"
"""The top code above the candidate themes."""
SPEAKERS = "SPEAKERS (turns)"
"""The top code above the speakers of documents whose texts do not show them: a code a speaker, a coding a turn."""
PATH = " > "
"""Between the names of a path in the coding tree; a `>` in a name is written `\\>`."""
