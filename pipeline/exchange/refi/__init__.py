"""REFI-QDA: codebooks (.qdc) and projects (.qdpx) that MAXQDA, NVivo, ATLAS.ti and QualCoder read."""
