"""Texts -> float32 vectors, each distinct text once; utterances are then mixed with their context."""

from pipeline.embed.encode import Cache, Encoder, encode
from pipeline.embed.encode_st import open_encoder
from pipeline.embed.registry import ModelEntry, find_model, read_registry, weights_file
from pipeline.embed.space import centre, in_context, joined, rows

__all__ = [
    "Cache",
    "Encoder",
    "ModelEntry",
    "centre",
    "encode",
    "find_model",
    "in_context",
    "joined",
    "open_encoder",
    "read_registry",
    "rows",
    "weights_file",
]
