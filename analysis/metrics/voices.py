"""What can be said of bars of four voices without hearing them: white keys, chords, crossings, held notes.

Knows bars as pitches; knows no model.
"""

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64

Bars = npt.NDArray[np.int64]

OCTAVE = 12
WHITE = (0, 2, 4, 5, 7, 9, 11)
TRIADS = frozenset(
    frozenset((root + step) % OCTAVE for step in steps)
    for root in range(OCTAVE)
    for steps in ((0, 4, 7), (0, 3, 7), (0, 3, 6))
)


def white_keys(bars: Bars) -> Float64[np.ndarray, " bars"]:
    """The share of each bar's notes `[bars voices steps]` that are white keys: of the scale of C major and A minor."""
    return _share(np.isin(bars % OCTAVE, WHITE))


def triads(bars: Bars) -> Float64[np.ndarray, " bars"]:
    """The share of each bar's steps whose notes are a major, minor or diminished triad, none missing."""
    classes = (bars % OCTAVE).transpose(0, 2, 1)
    return _share(np.array([[frozenset(step) in TRIADS for step in bar] for bar in classes.tolist()]))


def crossings(bars: Bars) -> Float64[np.ndarray, " bars"]:
    """The share of each bar's steps at which a voice is above the one over it."""
    return _share((np.diff(bars, axis=1) > 0).any(axis=1))


def held(bars: Bars) -> Float64[np.ndarray, " bars"]:
    """The share of each bar's steps, but for the first, at which a voice keeps its pitch."""
    return _share(np.diff(bars, axis=2) == 0)


def cross_faded(a: Bars, b: Bars, seed: int) -> Bars:
    """Bars half-way without a model: each note is that of one bar or of the other, by chance."""
    return np.where(np.random.default_rng(seed).random(a.shape) < 0.5, a, b)


def _share(of: npt.ArrayLike) -> Float64[np.ndarray, " bars"]:
    found = np.asarray(of)
    shares: np.ndarray = found.reshape(len(found), -1).mean(axis=1)
    return shares
