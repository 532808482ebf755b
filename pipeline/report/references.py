"""The sources of the methods text, ready for a paper's list of references."""

from __future__ import annotations

from collections.abc import Sequence

REFERENCES = (
    (
        "Braun and Clarke 2021",
        "To saturate or not to saturate? Questioning data saturation as a useful concept for thematic analysis and "
        "sample-size rationales. Qualitative Research in Sport, Exercise and Health 13(2), 201-216. "
        "doi:10.1080/2159676X.2019.1704846",
    ),
    (
        "Campello, Moulavi and Sander 2013",
        "Density-based clustering based on hierarchical density estimates. PAKDD 2013, 160-172. "
        "doi:10.1007/978-3-642-37456-2_14",
    ),
    (
        "Cohen 1960",
        "A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20(1), 37-46. "
        "doi:10.1177/001316446002000104",
    ),
    (
        "Dunn, Wasserman and Ramdas 2022",
        "Distribution-free prediction sets for two-layer hierarchical models. arXiv:1809.07441",
    ),
    (
        "Efron and Tibshirani 1993",
        "An introduction to the bootstrap. Chapman and Hall. doi:10.1201/9780429246593",
    ),
    (
        "Farmer and others 2006",
        "Developing and implementing a triangulation protocol for qualitative health research. Qualitative Health "
        "Research 16(3), 377-394. doi:10.1177/1049732305285708",
    ),
    (
        "Hennig 2007",
        "Cluster-wise assessment of cluster stability. Computational Statistics and Data Analysis 52(1), 258-271. "
        "doi:10.1016/j.csda.2006.11.025",
    ),
    (
        "Krippendorff 2004",
        "Content analysis: an introduction to its methodology, 2nd edition, chapter 11. Sage.",
    ),
    (
        "McInnes, Healy and Melville 2018",
        "UMAP: uniform manifold approximation and projection for dimension reduction. arXiv:1802.03426",
    ),
    (
        "Monroe, Colaresi and Quinn 2008",
        "Fightin' words: lexical feature selection and evaluation for identifying the content of political conflict. "
        "Political Analysis 16(4), 372-403. doi:10.1093/pan/mpn018",
    ),
    (
        "Monti and others 2003",
        "Consensus clustering: a resampling-based method for class discovery. Machine Learning 52, 91-118. "
        "doi:10.1023/A:1023949509487",
    ),
    (
        "Naeini and others 2015",
        "Obtaining well calibrated probabilities using Bayesian binning. AAAI 2015. doi:10.1609/aaai.v29i1.9602",
    ),
    (
        "Passonneau 2006",
        "Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation. LREC 2006, 831-836.",
    ),
    (
        "Platt 1999",
        "Probabilistic outputs for support vector machines and comparisons to regularized likelihood methods. "
        "Advances in Large Margin Classifiers, 61-74. MIT Press.",
    ),
    (
        "Reimers and Gurevych 2019",
        "Sentence-BERT: sentence embeddings using Siamese BERT-networks. EMNLP 2019, 3982-3992. "
        "doi:10.18653/v1/D19-1410",
    ),
    (
        "Tong, Sainsbury and Craig 2007",
        "Consolidated criteria for reporting qualitative research (COREQ). International Journal for Quality in Health "
        "Care 19(6), 349-357. doi:10.1093/intqhc/mzm042",
    ),
    (
        "Vinh, Epps and Bailey 2010",
        "Information theoretic measures for clusterings comparison. Journal of Machine Learning Research 11, "
        "2837-2854.",
    ),
    (
        "Ward 1963",
        "Hierarchical grouping to optimize an objective function. Journal of the American Statistical Association "
        "58(301), 236-244. doi:10.1080/01621459.1963.10500845",
    ),
)
"""(as cited in the text, the rest of the reference), by first author."""


def cited(texts: Sequence[str]) -> tuple[str, ...]:
    """The references that the texts cite, by first author."""
    whole = " ".join(texts)
    return tuple(f"{short}. {rest}" for short, rest in REFERENCES if short in whole)
