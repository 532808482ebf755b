"""The small study of tests/support, for every test of the flow."""

from __future__ import annotations

from small_study import arguments, fake_tools, make_talk, settings, study, tools, write

__all__ = ["arguments", "fake_tools", "make_talk", "settings", "study", "tools", "write"]
