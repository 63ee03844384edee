"""J. S. Bach's four-part chorales, one bar at a time: of each voice and eighth the pitch, moved to C major or A minor.

An image is four piano rolls side by side, soprano to bass: 48 pitches x (4 voices x 8 eighths), the highest on top, and
of each column one row is on. Reads the JSON of the JSB chorales, separated into voices. Knows numpy.
"""

import json
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from datasets.data_set import DataSet
from datasets.source import Source, file_of, unusable
from models.errors import Reason

Notes = npt.NDArray[np.int64]

VOICES = ("soprano", "alto", "tenor", "bass")
MODES = ("major", "minor")
HIGHEST, PITCHES = 83, 48  # MIDI 36 to 83: outside lie 0.7 % of the notes of soprano and bass, which go to the edge
STEPS = 8  # eighths of a bar
EIGHTH, BEAT = 2, 4  # in sixteenths, as the file has them
PARTS = ("train", "test")
# Krumhansl and Kessler 1982: how well each degree fits a major and a minor key
PROFILES = (
    (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
)
ENDS_ON_TONIC = 0.3  # added for the key of the last bass note: 77 % of the pieces end there without it, 98 % with it
LONGEST, HIGHEST_MIDI = 10_000, 127


def chorales(name: str, source: Source) -> DataSet:
    """A bar from every beat of 229 chorales to train on, and of 77 others to test, `[count 1 48 32]`, 0 or 255.

    The class is the mode. Raises InputError that says what is missing or damaged, and what to do.
    """
    pieces = _pieces(source)
    (train_x, train_y), (test_x, test_y) = (_windows(pieces[part]) for part in PARTS)
    return DataSet(name, source.title, source.class_names, train_x, train_y, test_x, test_y, kind=source.kind)


def in_c(notes: Notes) -> tuple[Notes, bool]:
    """A piece `[time 4]` moved to C major or A minor by -6 to +5 semitones, and whether it is minor."""
    tonic, minor = key_of(notes)
    return notes + ((9 if minor else 0) - tonic + 6) % 12 - 6, minor


def key_of(notes: Notes) -> tuple[int, bool]:
    """Tonic 0 to 11 and whether minor: the profile that correlates best with the pitch classes, see `ENDS_ON_TONIC`."""
    counts = np.bincount(notes.ravel() % 12, minlength=12)
    last = notes[-1, -1] % 12
    scores = [
        (
            float(np.corrcoef(counts, np.roll(profile, tonic))[0, 1]) + ENDS_ON_TONIC * (tonic == last),
            tonic,
            bool(minor),
        )
        for minor, profile in enumerate(PROFILES)
        for tonic in range(12)
    ]
    _, tonic, minor = max(scores)
    return tonic, minor


def bars(notes: Notes) -> Notes:
    """A piece `[time 4]` in sixteenths as bars of eighths `[bars 4 8]`, one from every beat."""
    starts = range(0, len(notes) - STEPS * EIGHTH + 1, BEAT)
    return np.array([notes[start : start + STEPS * EIGHTH : EIGHTH].T for start in starts]).reshape(-1, 4, STEPS)


def rolls(pitches: Notes) -> npt.NDArray[np.uint8]:
    """Bars of MIDI pitches `[bars 4 8]` as images `[bars 1 48 32]`, 0 or 255."""
    rows = np.clip(HIGHEST - pitches, 0, PITCHES - 1).reshape(-1, 1, 1, len(VOICES) * STEPS)
    return np.where(rows == np.arange(PITCHES)[:, None], np.uint8(255), np.uint8(0))


def pitches_of(images: npt.NDArray[np.generic]) -> Notes:
    """The likeliest MIDI pitch of each voice and eighth, `[bars 4 8]`, of images `[bars 1 48 32]` or their means."""
    rows: Notes = np.argmax(images, axis=2).reshape(-1, len(VOICES), STEPS)
    return HIGHEST - rows


def _windows(pieces: list[Notes]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    moved = [in_c(piece) for piece in pieces]
    cut = [bars(piece) for piece, _ in moved]
    modes = [np.full(len(part), minor, np.uint8) for part, (_, minor) in zip(cut, moved, strict=True)]
    return rolls(np.concatenate(cut)), np.concatenate(modes)


def _pieces(source: Source) -> dict[str, list[Notes]]:
    """The pieces of each part, their rests filled."""
    try:
        found = json.loads(file_of(source).read_bytes())
        return {part: [_filled(_checked(piece)) for piece in _some(found[part])] for part in PARTS}
    except FileNotFoundError:
        raise unusable(source, Reason("data.not_there")) from None
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise unusable(source, Reason("data.not_as_expected", {"problem": str(error)[:80]})) from None


def _some(pieces: object) -> list[object]:
    if not isinstance(pieces, list) or not pieces:
        raise ValueError("a part without pieces")
    return pieces


def _checked(piece: object) -> Notes:
    notes = np.array(piece, dtype=np.float64)
    if notes.ndim != 2 or notes.shape[1] != len(VOICES) or not STEPS * EIGHTH <= len(notes) <= LONGEST:
        raise ValueError(f"a piece of shape {notes.shape}")
    if not np.isin(notes, np.arange(-1, HIGHEST_MIDI + 1)).all():
        raise ValueError("a pitch that is none")
    return notes.astype(np.int64)


def _filled(notes: Notes) -> Notes:
    """A rest, which are under 0.4 % of the steps, holds the note before it; at the start the first note sounds."""
    return np.stack(list(_lines(notes)), axis=1)


def _lines(notes: Notes) -> Iterator[Notes]:
    for line in notes.T:
        known = np.flatnonzero(line >= 0)
        if not len(known):
            raise ValueError("a voice that is silent")
        before = np.searchsorted(known, np.arange(len(line)), side="right") - 1
        yield line[known[np.maximum(before, 0)]]
