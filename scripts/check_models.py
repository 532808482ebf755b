"""Checks that the weights of every encoder in models/models.toml are the ones written there."""

import sys

from pipeline import embed
from pipeline.errors import PipelineError


def main() -> int:
    """Print a line for each encoder; 0 if all are in order."""
    wrong = 0
    registry = embed.read_registry()
    for entry in registry:
        try:
            _, folder = embed.find_model(entry.name, registry)
        except PipelineError as problem:
            print(f"{entry.name}: {problem}", file=sys.stderr)
            wrong += 1
        else:
            print(f"{entry.name}: {folder.name}/{entry.file} has the sha256 listed, {entry.sha256[:12]}…")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
