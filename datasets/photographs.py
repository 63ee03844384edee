"""Real faces, read from files that somebody put into the data folder: Frey's, one man in one film, and the Olivetti
faces, 40 people with ten photographs each (AT&T Laboratories Cambridge, 1992 to 1994).

Knows numpy and what was seen by eye in the photographs; none of them is part of this project.
"""

import numpy as np
import numpy.typing as npt

from datasets.data_set import DataSet
from datasets.npz_file import arrays_of
from datasets.source import Source, unusable
from models.errors import Reason

Images = npt.NDArray[np.uint8]

FREY_SHAPE, OLIVETTI_SHAPE = (1965, 28, 20), (400, 64, 64)
FILM_BLOCK = 50  # frames in a row: neighbours are nearly alike, so whole blocks are tested
PER_PERSON = 10  # photographs in a row
TEST_EVERY = 5  # of blocks, and of people; which of five:
FREY_TEST, OLIVETTI_TEST = 4, 1  # so that of eight people five wear glasses, two of them not always
MOODS = ("neutral", "smile", "pout", "other")
# frames of the film by what the face does, read off contact sheets; of the rest it is not clear
MOOD_FRAMES = {0: ((100, 400), (450, 600)), 1: ((640, 1070), (1120, 1260)), 2: ((1300, 1900),)}
GLASSES = ("no glasses", "glasses")
ALWAYS = (1, 5, 13, 26, 27, 30, 33, 36)  # people who wear glasses in all ten, counted from 0
SOMETIMES = {
    3: (0, 1, 2, 7, 8), 6: (3, 4, 9), 12: (0, 1, 4, 5, 6, 7, 8, 9), 16: (0, 1, 4, 5, 6, 7, 8, 9),
    18: (0, 1, 2, 5, 9), 19: (0, 1, 2, 4, 6, 7, 8, 9), 35: (8, 9),
}  # fmt: skip


def frey(name: str, source: Source) -> DataSet:
    """1,600 frames to train on and 365 to test, every fifth block of 50, `[count 1 28 20]`; the class is the mood."""
    images = _photographs(source, FREY_SHAPE)
    return _split(name, source, images, moods(), np.arange(len(images)) // FILM_BLOCK, FREY_TEST)


def olivetti(name: str, source: Source) -> DataSet:
    """32 people to train on and 8 others to test, `[count 1 64 64]`; the class is whether they wear glasses."""
    images = _photographs(source, OLIVETTI_SHAPE)
    return _split(name, source, images, glasses(), np.arange(len(images)) // PER_PERSON, OLIVETTI_TEST)


def moods() -> Images:
    """The mood of each frame, a row of `MOODS`."""
    found = np.full(FREY_SHAPE[0], MOODS.index("other"), np.uint8)
    for mood, spans in MOOD_FRAMES.items():
        for first, end in spans:
            found[first:end] = mood
    return found


def glasses() -> Images:
    """Whether glasses are worn in each photograph, 0 or 1."""
    found = np.zeros((OLIVETTI_SHAPE[0] // PER_PERSON, PER_PERSON), np.uint8)
    found[list(ALWAYS)] = 1
    for person, which in SOMETIMES.items():
        found[person, list(which)] = 1
    return found.ravel()


def _split(
    name: str, source: Source, images: Images, labels: Images, groups: npt.NDArray[np.int64], tested: int
) -> DataSet:
    """One of every five groups is tested, and nothing of it is learnt from."""
    tests = groups % TEST_EVERY == tested
    x = images[:, None]
    return DataSet(name, source.title, source.class_names, x[~tests], labels[~tests], x[tests], labels[tests])


def _photographs(source: Source, shape: tuple[int, int, int]) -> Images:
    (images,) = arrays_of(source, "images")
    if images.shape != shape or images.dtype != np.uint8:
        raise unusable(source, Reason("data.not_as_expected", {"problem": f"images {images.dtype} {images.shape}"}))
    return images.astype(np.uint8)
