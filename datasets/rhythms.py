"""Drum loops of one bar in ten styles, drawn from tables of chances: a piano roll of 8 instruments x 16 sixteenths.

The tables are ours; grooves of this kind are common property. The same seed gives the same loops. Knows numpy.
"""

import numpy as np
import numpy.typing as npt

from datasets.data_set import DataSet
from datasets.source import Source

INSTRUMENTS = ("kick", "snare", "closed-hat", "open-hat", "clap", "rim", "tom", "cowbell")
STEPS = 16
# how likely a stroke is: X nearly always, x mostly, o now and then, - rarely, . never
CHANCES = {"X": 0.97, "x": 0.75, "o": 0.4, "-": 0.12, ".": 0.0}
# what plays in each style, four beats of four sixteenths
STYLES: dict[str, dict[str, str]] = {
    "rock": {
        "kick": "X.....-.X-....o.",
        "snare": "....X-......X..-",
        "closed-hat": "X.X.X.X.X.X.X.X.",
        "open-hat": "..............o.",
        "tom": "..............-o",
    },
    "disco": {
        "kick": "X...X...X...X...",
        "snare": "....o.......o...",
        "closed-hat": "X...X...X...X...",
        "open-hat": "..X...X...X...X.",
        "clap": "....x.......x...",
    },
    "house": {
        "kick": "X...X...X...X...",
        "closed-hat": "-.-.-.-.-.-.-.-.",
        "open-hat": "..X...X...X...X.",
        "clap": "....X.......X...",
        "rim": ".-o..-..-.o..-..",
        "cowbell": "..-...o....-..o.",
    },
    "hip hop": {
        "kick": "X..o....-.X..o..",
        "snare": "....X.......X..-",
        "closed-hat": "X.X.X.X.X.X.X.X.",
        "open-hat": ".......-......-.",
    },
    "funk": {
        "kick": "X.o...o...Xo..-.",
        "snare": "....X..o-o..X..o",
        "closed-hat": "XoXoXoXoXoXoXoXo",
        "open-hat": "......-.......o.",
        "cowbell": "-...-...-...-...",
    },
    "trap": {
        "kick": "X.....-o..X...o.",
        "closed-hat": "X-XoX-XoX-XxXxXx",
        "open-hat": "..........-.....",
        "clap": "........X.......",
        "rim": "-..-..-.........",
    },
    "reggae": {
        "kick": "........X.......",
        "snare": "-..............-",
        "closed-hat": "x.X.x.X.x.X.x.X.",
        "open-hat": "..............o.",
        "rim": "........X..-..-.",
        "tom": "..............-o",
    },
    "bossa nova": {
        "kick": "X..XX..XX..XX..X",
        "closed-hat": "XxXxXxXxXxXxXxXx",
        "rim": "X..X..X...X..X..",
        "cowbell": "-.......-.......",
    },
    "samba": {
        "kick": "o..XX..Xo..XX..X",
        "snare": "xooxxooxxooxxoox",
        "closed-hat": "-.-.-.-.-.-.-.-.",
        "tom": "..o...x...o...xo",
        "cowbell": "X.X..X.X.XX..X.X",
    },
    "jungle": {
        "kick": "X.X.......XX....",
        "snare": "....X..X.X..X..X",
        "closed-hat": "X.X.X.X.X.X.X.X.",
        "open-hat": "..............-.",
        "tom": "...........-..-o",
    },
}
TEST_COUNT, TRAIN_SEED, TEST_SEED = 2_000, 0, 1
FILL_CHANCE, FILL = 1 / 6, "ooox"  # of snare and tom over the last beat, while the hat is silent
BUSY = 1.2  # how far the busiest loops are from the barest: chance to the power of 2^-1.2 to 2^1.2


def rhythms(name: str, source: Source) -> DataSet:
    """12,000 loops to train on, 2,000 of another seed to test, `[count 1 8 16]`, 0 or 255; the class is the style."""
    train_x, train_y, _ = loops(source.train_count, TRAIN_SEED)
    test_x, test_y, factors = loops(TEST_COUNT, TEST_SEED)
    return DataSet(
        name,
        source.title,
        source.class_names,
        _images(train_x),
        train_y,
        _images(test_x),
        test_y,
        kind=source.kind,
        factors=factors,
    )


def loops(
    count: int, seed: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint8], dict[str, npt.NDArray[np.float32]]]:
    """Loops `[count 8 16]`, their styles `[count]`, and how busy (-1..1) and whether with a fill (0, 1) they are."""
    generator = np.random.default_rng(seed)
    style = generator.integers(0, len(STYLES), count)
    busy, fill = 2 * generator.random(count) - 1, generator.random(count) < FILL_CHANCE
    chances = tables()[style] ** (2.0 ** (-BUSY * busy))[:, None, None]
    last = np.array([CHANCES[mark] for mark in FILL])
    for instrument, part in (("snare", last), ("tom", last[::-1]), ("closed-hat", np.zeros(len(FILL)))):
        row = chances[:, INSTRUMENTS.index(instrument), -len(FILL) :]
        row[fill] = part
    struck = generator.random(chances.shape) < chances
    return struck, style.astype(np.uint8), {"busy": busy.astype(np.float32), "fill": fill.astype(np.float32)}


def tables() -> npt.NDArray[np.float64]:
    """How likely each stroke is, `[style 8 16]`."""
    silent = "." * STEPS
    return np.array(
        [[[CHANCES[mark] for mark in rows.get(name, silent)] for name in INSTRUMENTS] for rows in STYLES.values()]
    )


def _images(struck: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    return struck[:, None].astype(np.uint8) * np.uint8(255)
