"""Codebooks and coded segments as MAXQDA, ATLAS.ti, NVivo, QualCoder and Taguette export them."""
