"""Transcriber's marks: what stays in the quote but must not reach the encoder; text in, text out."""

from __future__ import annotations

import re

# What transcribers write about the recording rather than about what was said (list: transcription conventions in
# common use, e.g. Dresing & Pehl 2018, Jefferson's double brackets).
_NOISE = (
    r"laugh\w*|chuckl\w*|giggl\w*|cough\w*|sigh\w*|pause\w*|silence|crosstalk|cross-talk|overlap\w*|inaudible|unclear|"
    r"unintelligible|incomprehensible|indistinct|unv\.?|applause|phone\srings|knock\w*|nods?|nodding|smil\w*|sic|"
    r"background\snoise|noise|clears\sthroat|cries|crying|whisper\w*|interruption|long\spause|short\spause|redacted"
)
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,-]\d{1,3})?"
_PAUSE = r"\d{1,2}(?:\.\d{1,2})?"  # seconds
_GONE = re.compile(
    rf"""
    \[\s*(?:translator|transl?\.|tr\.\s*note|transcriber|note)\b[^\]\n]{{0,400}}\]   # what the translator remarks
  | [\[(]{{1,2}}\s*(?:(?:{_NOISE})\b[^\])\n]{{0,60}}|{_TIME}|\.{{1,6}}|…|\?{{1,3}}|{_PAUSE})\s*[\])]{{1,2}}
  | \#{_TIME}\#?                                              # f4 time stamps
  | (?<!:)//                                                  # overlapping talk, not an address
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETS = re.compile(r"[\[\]]")
_BLANKS = re.compile(r"\s+")
_WORDS = re.compile(r"\w+(?:['’\-]\w+)*")

# Words that keep talk going without saying anything; an utterance of nothing else is a backchannel.
_FILLER = frozenset(
    """
    mm mmm mhm mhmm hm hmm hmmm uh um umm er erm eh ah aha ahh oh ooh uh-huh mm-hm mm-hmm huh
    yes yeah yep yup ya no nope nah okay ok right exactly absolutely definitely sure indeed correct true agreed
    precisely totally certainly fine good great nice well so and but or of course i see agree know mean think too also
    it's is it that's that this you're you thanks thank very much me same here the a an really maybe now then hi hello
    please sorry alright cool perfect wow bye morning afternoon day how are doing today sir ma'am doctor madam
    """.split()
)


def mask(text: str) -> str:
    """The text with marks blanked out, of the same length, so that offsets into it are offsets into the text.

    Remarks about the recording (`[laughs]`, `(...)`, `(unintelligible)`, time stamps, translator's notes) become
    blanks; of words that a translator supplied (`[the PSW]`) only the brackets do.
    """
    without = _GONE.sub(lambda found: " " * len(found.group()), text)
    return _BRACKETS.sub(" ", without)


def clean(masked: str) -> str:
    """A masked text as the encoder reads it: runs of white space are one blank."""
    return _BLANKS.sub(" ", masked).strip()


def count_words(text: str) -> int:
    """Words of a text; `don't` and `mm-hm` are one each."""
    return sum(1 for _ in _WORDS.finditer(text))


def is_backchannel(cleaned: str) -> bool:
    """True if a text of at most eight words holds nothing but fillers ("mm-hm", "yes, exactly", "I see").

    Longer runs of such words may be an answer, therefore they are kept.
    """
    words = [found.group().casefold().replace("’", "'") for found in _WORDS.finditer(cleaned)]
    return 0 < len(words) <= 8 and all(word in _FILLER for word in words)
