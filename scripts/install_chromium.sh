#!/usr/bin/env bash
# The browser tests need Chromium. In CI a missing browser is an error; elsewhere those tests say that they were skipped.
set -u
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium > /dev/null && exit 0
fi
echo "Chromium is not installed (Debian: apt-get install chromium); the browser tests will be skipped."
[ -z "${CI:-}" ]
