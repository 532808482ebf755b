"""Our method beside baselines and BERTopic: same utterances, same vectors, same run."""

from pipeline.benchmark.report import benchmark

__all__ = ["benchmark"]
