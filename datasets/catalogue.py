"""The table of data sets, own ones behind it, and the one way to load them, each as two uint8 arrays.

Knows which reader reads which; knows nothing of models' internals or of a screen.
"""

from collections.abc import Callable

from datasets import bundled, torchvision_sets
from datasets.chorales import MODES, PITCHES, VOICES, chorales
from datasets.chorales import STEPS as EIGHTHS
from datasets.data_set import DataSet
from datasets.faces import HAIR, ORDERED, SIDE, faces
from datasets.own import shelf
from datasets.photographs import FREY_SHAPE, GLASSES, MOODS, OLIVETTI_SHAPE, frey, olivetti
from datasets.rhythms import INSTRUMENTS, STEPS, STYLES, rhythms
from datasets.source import Source, file_of
from datasets.sprites import ORDERED as SPRITE_FACTORS
from datasets.sprites import SHAPES, sprites
from datasets.sprites import SIDE as SPRITE_SIDE
from models.errors import require

DIGITS = tuple("0123456789")
GREY_28 = (1, 28, 28)
SOURCES: dict[str, Source] = {
    "mnist": Source("MNIST", DIGITS, GREY_28, 60_000, "MNIST", 12),
    "fashion-mnist": Source(
        "Fashion-MNIST",
        ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        GREY_28,
        60_000,
        "FashionMNIST",
        31,
    ),
    "kmnist": Source(
        "KMNIST", ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"), GREY_28, 60_000, "KMNIST", 21
    ),
    "emnist-letters": Source(
        "EMNIST letters", tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), GREY_28, 124_800, "EMNIST", 562, {"split": "letters"}
    ),
    "digits": Source("Digits 8x8", DIGITS, (1, 8, 8), 1_437, None, 0),
    # colour without noise: with the Bernoulli no smile is learnt, with a learnt deviation the samples break
    "faces": Source("Drawn faces", HAIR, (3, SIDE, SIDE), 20_000, None, 0, pixel_std=0.1, factors=tuple(ORDERED)),
    "rhythms": Source(
        "Drum loops", tuple(STYLES), (1, len(INSTRUMENTS), STEPS), 12_000, None, 0, kind="piano-roll", rows=INSTRUMENTS
    ),
    "chorales": Source(
        "Bach chorales",
        MODES,
        (1, PITCHES, len(VOICES) * EIGHTHS),
        13_120,
        None,
        0,
        kind="voices",
        rows=VOICES,
        file="jsb_chorales/Jsb16thSeparated.json",
    ),
    "dsprites": Source(
        "dSprites",
        SHAPES,
        (1, SPRITE_SIDE, SPRITE_SIDE),
        41_472,
        None,
        0,
        factors=tuple(SPRITE_FACTORS),
        file="dsprites/dsprites_downsampled.npz",
    ),
    # grey: with the Bernoulli all faces look alike; the deviation is what a training that learns it ends at, but at
    # least 0.1 where 320 photographs would be learnt by heart
    "frey-faces": Source(
        "Frey faces", MOODS, (1, *FREY_SHAPE[1:]), 1_600, None, 0, pixel_std=0.065, file="frey_faces/frey_faces.npz"
    ),
    "olivetti-faces": Source(
        "Olivetti faces",
        GLASSES,
        (1, *OLIVETTI_SHAPE[1:]),
        320,
        None,
        0,
        pixel_std=0.1,
        file="olivetti_faces/olivetti_faces.npz",
    ),
    # as Salakhutdinov and Murray 2008 drew it, and Burda et al. 2015 anew for each batch
    "binarised-mnist": Source("MNIST, binarised", DIGITS, GREY_28, 60_000, "MNIST", 12, draws=True),
}

# those that torchvision does not read, by who makes or reads them
MADE_HERE: dict[str, Callable[[str, Source], DataSet]] = {
    "digits": bundled.digits,
    "faces": faces,
    "rhythms": rhythms,
    "chorales": chorales,
    "dsprites": sprites,
    "frey-faces": frey,
    "olivetti-faces": olivetti,
}


def sources() -> dict[str, Source]:
    """The rows of all data sets that can be named now: those of the table, then a person's own on this computer."""
    return SOURCES | shelf.sources()


def source_of(name: str) -> Source | None:
    """The row of a data set; None for one that is not in the table and not among the own ones of this computer."""
    return SOURCES.get(name) or shelf.source_of(name)


def is_here(name: str) -> bool:
    """Whether a data set's files are on this machine, unpacked or as the archives they come in; opens none of them."""
    source = source_of(name)
    if source is None or source.file:
        return source is not None and file_of(source).is_file()
    if source.torchvision is None:
        return True
    return torchvision_sets.is_here(source)


def require_known(name: str) -> Source:
    """The row of a data set; raises InputError that says which there are, or that own images are not here any more."""
    if shelf.is_own(name):
        return shelf.record_of(name).source()
    require(name in SOURCES, "data.unknown", known=list(sources()), got=name[:40])
    return SOURCES[name]


def load(name: str, download: bool = True) -> DataSet:
    """The data set called `name`; raises InputError that says what is missing or damaged and how to mend it.

    With `download`, torchvision fetches what is missing, with a progress bar, and checks every archive's md5. Without
    it, archives that are here are unpacked, and nothing is fetched.
    """
    if shelf.is_own(name):
        return shelf.load(name)
    source = require_known(name)
    return MADE_HERE[name](name, source) if name in MADE_HERE else torchvision_sets.load(name, source, download)
