#!/usr/bin/env bash
# Writes requirements.lock anew: every version with its hashes. torch is left out: `make setup` installs it first and
# alone, because the newest build would bring several GB of CUDA along.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
  --extra scale --extra bench --extra dev --output-file requirements.full pyproject.toml
awk '/^[a-z0-9]/ { skip = /^(torch|pip)==/ } !skip' requirements.full > requirements.lock
rm requirements.full
