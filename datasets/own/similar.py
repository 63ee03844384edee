"""Which pictures look alike, and a split that keeps those on one side. Knows arrays; no files."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from datasets.own.limits import LEAST_TEST, MOST_TEST, TEST_SHARE
from datasets.own.picture import Bytes

HASH_SIDE = 8
LEAST_STEP = 8  # grey levels by which a neighbour must be lighter to count as such


def small_hash(pixels: Bytes) -> bytes:
    """128 bits of a picture `[channel side side]`: where, made small, it gets lighter to the right and down (dHash).

    Of 1,000 images of Fashion-MNIST one has the hash of another, and 4 of 10 keep theirs as a JPEG of quality 85.
    """
    grey = Image.fromarray(pixels.mean(axis=0).astype(np.uint8))
    wide, tall = (
        np.asarray(grey.resize(size, Image.Resampling.BOX), np.int16)
        for size in ((HASH_SIDE + 1, HASH_SIDE), (HASH_SIDE, HASH_SIDE + 1))
    )
    lighter = wide[:, 1:] - wide[:, :-1] > LEAST_STEP, tall[1:] - tall[:-1] > LEAST_STEP
    return np.packbits(np.stack(lighter)).tobytes()


def alike(hashes: Sequence[bytes]) -> list[list[int]]:
    """The places of equal hashes together, in the order of their first."""
    groups: dict[bytes, list[int]] = {}
    for place, found in enumerate(hashes):
        groups.setdefault(found, []).append(place)
    return list(groups.values())


def split(
    labels: Sequence[int], groups: Sequence[Sequence[int]], seed: int = 0, share: float = TEST_SHARE
) -> npt.NDArray[np.bool_]:
    """Which pictures test, `[count]`: of each label about a share, no group on both sides, at least two in all.

    `groups` holds each place once, and at least two groups.
    """
    share = min(share, MOST_TEST / len(labels))
    wanted = {label: round(share * list(labels).count(label)) for label in set(labels)}
    tests = np.zeros(len(labels), bool)
    order = [groups[at] for at in np.random.default_rng(seed).permutation(len(groups))]
    for group in order:
        label = labels[group[0]]
        if len(group) <= min(wanted[label], MOST_TEST - tests.sum()):
            tests[list(group)] = True
            wanted[label] -= len(group)
    rest = sorted((group for group in order if not tests[group[0]]), key=len)
    while tests.sum() < LEAST_TEST and len(rest) > 1:
        tests[list(rest.pop(0))] = True
    return tests
