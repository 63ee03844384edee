"""Words and numbers as a person reads them: one catalogue for Python and the page, in two layers a term."""

from live.words.catalogue import (
    LAYERS,
    UNDEFINED,
    Layer,
    Term,
    WordsError,
    at_most,
    day,
    duration,
    in_layers,
    nats,
    number,
    percent,
    pieces,
    spoken,
    t,
    use,
    using,
)
from live.words.refusals import job_reason, refusal

__all__ = [
    "LAYERS",
    "UNDEFINED",
    "Layer",
    "Term",
    "WordsError",
    "at_most",
    "day",
    "duration",
    "in_layers",
    "job_reason",
    "nats",
    "number",
    "percent",
    "pieces",
    "refusal",
    "spoken",
    "t",
    "use",
    "using",
]
