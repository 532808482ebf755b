"""When to stop reading: a random sample of what is unread, and a bound on what it can hide.  Never "saturation"."""

from __future__ import annotations

import numpy as np

CHECKS = 60
"""Sixty without a new code leave less than 4.9% (rule of three: 3 / 60 = 5%); more costs a day of reading."""
CONFIDENCE = 0.95


def largest_share(n_unread: int, n_checked: int) -> float | None:
    """The largest share of n_unread utterances that can carry something if none of n_checked drawn at random does.

    With 95% confidence; exact for a finite number: more carriers would have shown up in such a sample with a chance
    above 95%.  None if nothing is unread.  0 if all were checked.  Raises ValueError if more are checked than unread.
    """
    if n_checked > n_unread or n_checked < 0:
        raise ValueError(f"{n_checked} of {n_unread} utterances checked")
    if not n_unread:
        return None
    from scipy.special import gammaln

    carriers = np.arange(n_unread - n_checked + 1)
    log_factorial = gammaln(np.arange(n_unread + 1) + 1.0)
    # the chance that a sample holds no carrier: choose(n - k, checked) / choose(n, checked)
    log_missed = (
        log_factorial[n_unread - carriers]
        - log_factorial[n_unread - carriers - n_checked]
        - log_factorial[n_unread]
        + log_factorial[n_unread - n_checked]
    )
    possible = carriers[log_missed > np.log1p(-CONFIDENCE) + 1e-9]
    return float(possible.max() / n_unread)


def stopping_text(n_unread: int, n_checked: int) -> str:
    """The sentence that says what reading the sample would show; a bound, never that everything was met."""
    share = largest_share(n_unread, n_checked)
    if share is None:
        return "Nothing is unread."
    if n_checked == n_unread:
        rest = "the only utterance that is unread" if n_unread == 1 else f"all {n_unread:,} unread utterances"
        return f"The sample is {rest}: if no new code is met there, none is left unread."
    below = np.floor(1000 * share + 1) / 10
    return (
        f"If none of these {n_checked} of {n_unread:,} unread utterances, drawn at random, shows a new code, then with "
        f"{CONFIDENCE:.0%} confidence less than {below:.1f}% of what is unread carries one."
    )
