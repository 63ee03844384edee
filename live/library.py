"""The models and test images that this server has open, shared by all sessions.

Kept outside Streamlit's caches, which any visitor may clear. Knows files, checkpoints and data; draws nothing.
"""

import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analysis.directions import Direction, directions
from analysis.projection import Projection, pca
from datasets import catalogue
from datasets.own import shelf as own_images
from datasets.source import data_folder
from live.shelf import Shelf
from models import checkpoint as checkpoints
from models import gallery
from models.checkpoint import FILES, RUN, Checkpoint
from models.errors import InputError, Reason, require
from models.gallery import Listing
from models.run import RUN_ID, DataRecord, Run
from models.scores import Scores
from models.series import Series

DIGEST_DIGITS = 16


@dataclass(frozen=True)
class OpenModel:
    """A checkpoint in memory with the hash of its files, which names its assets."""

    checkpoint: Checkpoint
    digest: str


MISSING = Reason("images.missing")


@dataclass(frozen=True)
class TestImages:
    """The test set behind a model's latents, `[images channel height width]` uint8, or the reason why it is missing.

    `factors`: what is known of each image besides its class, `[images]` each.
    """

    __test__ = False

    images: np.ndarray | None
    reason: Reason = MISSING
    factors: Mapping[str, np.ndarray] = field(default_factory=dict)

    def required(self) -> np.ndarray:
        """The images; raises InputError with the reason where there are none."""
        if self.images is None:
            raise InputError.of(self.reason)
        return self.images


@dataclass(frozen=True)
class _TestSet:
    """What is kept of a data set: its images to train on are not."""

    test_x: np.ndarray
    factors: Mapping[str, np.ndarray]
    record: DataRecord


MODELS, FILMS, FACTS = Shelf(), Shelf(), Shelf()  # as large as ui/limits.py says, where a server runs
DIGESTS = Shelf(1000)
_listings = Shelf(2)


def open_model(run_id: str) -> OpenModel:
    """The model called `run_id`, read from disk once; a model replaced on disk is read anew. Raises InputError."""
    folder = _folder_of(run_id)
    opened: OpenModel = MODELS.get(_stamp(folder), lambda: _read(folder))
    return opened


def digest_of(run_id: str) -> str:
    """The hash of a model's files, as in `OpenModel`, without opening it; read from disk once. Raises InputError."""
    folder = _folder_of(run_id)
    try:
        digest: str = DIGESTS.get(_stamp(folder), lambda: _digest(folder))
    except OSError as error:
        raise InputError("model.unreadable", name=run_id, problem=error.strerror) from error
    return digest


def principal_plane(opened: OpenModel) -> Projection:
    """The plane of the two first principal components of a model's test-set means."""
    plane: Projection = once(opened, "pca", lambda: pca(opened.checkpoint.latents.mu))
    return plane


def directions_of(opened: OpenModel) -> list[Direction]:
    """Where the known factors of a model's test images lie in its codes; none where no factors are known.

    Raises InputError where the test images are not on this machine.
    """
    run = opened.checkpoint.run
    found = test_images(run.data)
    found.required()
    made: list[Direction] = once(opened, "directions", lambda: directions(opened.checkpoint.latents.mu, found.factors))
    return made


def factors_of(opened: OpenModel) -> Mapping[str, np.ndarray]:
    """What is known of each of a model's test images besides its class, `[images]` each."""
    return test_images(opened.checkpoint.run.data).factors


def has_film(run: Run) -> bool:
    """Whether epochs of the run's training were kept; opens no file."""
    return checkpoints.has_epochs(gallery.checkpoint_folder() / run.run_id)


def film(opened: OpenModel) -> Series:
    """The kept epochs of a model's training, read on demand; raises InputError where there are none."""
    series: Series | None = _beside(opened, checkpoints.EPOCHS, FILMS, checkpoints.load_epochs)
    if series is None:
        raise InputError("model.no_film")
    return series


def dial(opened: OpenModel) -> Series:
    """A model's dial at its values, read on demand; raises InputError where there is none."""
    series: Series | None = _beside(opened, checkpoints.DIAL, FILMS, checkpoints.load_dial)
    if series is None:
        raise InputError("model.no_dial_values")
    return series


def scores(opened: OpenModel) -> Scores:
    """log p(x|z) of each test image, read on demand; raises InputError where there are none."""
    found: Scores | None = _beside(opened, checkpoints.SCORES, FACTS, checkpoints.load_scores)
    if found is None:
        run_id = opened.checkpoint.run.run_id
        raise InputError("model.not_scored", name=run_id)
    return found


def _beside(opened: OpenModel, name: str, shelf: Shelf, read: Callable[[Path], Any]) -> Any:
    """What `read` finds in a file beside the model, kept on the shelf until the file changes."""
    run_id = opened.checkpoint.run.run_id
    folder = gallery.checkpoint_folder() / run_id
    return shelf.get((opened.digest, run_id, name, _changed(folder / name)), lambda: read(folder))


def all_runs() -> Listing:
    """What `gallery.list_runs` finds, read again only when a folder or a record in it has changed."""
    root = gallery.checkpoint_folder()
    try:  # scandir, because pages and the health check ask for this all the time
        with os.scandir(root) as entries:
            folders = sorted(entry.path for entry in entries if not entry.name.startswith("."))
    except OSError:
        folders = []
    stamp = (str(root), tuple(folders), tuple(_changed(os.path.join(folder, RUN)) for folder in folders))
    listing: Listing = _listings.get(stamp, gallery.list_runs)
    return listing


def once(opened: OpenModel, what: str, make: Callable[[], Any]) -> Any:
    """What `make` gives for a model, computed once; `what` names it."""
    return FACTS.get((opened.digest, opened.checkpoint.run.run_id, what), make)


def test_images(record: DataRecord) -> TestImages:
    """The test images of a model's data set if they are on this machine; never downloads.

    They are the same if their hash is; for a record without one, if name and counts are.
    """
    if catalogue.source_of(record.name) is None:
        if own_images.is_own(record.name):
            return TestImages(None, Reason("images.deleted", {"title": record.title}))
        return TestImages(None, Reason("images.unknown_data", {"name": record.name[:40]}))
    try:
        data = _data(record.name, str(data_folder().absolute()), own_images.changed(record.name))
    except InputError as error:
        return TestImages(None, error.reason)
    if data.record.test_count != record.test_count:
        counts = {"count": data.record.test_count, "tested": record.test_count}
        return TestImages(None, Reason("images.other_count", counts))
    if record.digest and data.record.digest != record.digest:
        return TestImages(None, Reason("images.other_images", {"title": record.title}))
    return TestImages(data.test_x, factors=data.factors)


def shows_training_images(record: DataRecord) -> bool:
    """Whether the images that a model learnt from may be shown: somebody's own, and still on this computer."""
    return own_images.is_own(record.name) and test_images(record).images is not None


def training_images(record: DataRecord) -> np.ndarray:
    """The images that a model learnt from, `[images channel height width]` uint8, read from disk and not kept.

    Raises InputError where they are gone.
    """
    require(shows_training_images(record), "images.deleted", title=record.title)
    return catalogue.load(record.name, download=False).train_x


def images_are_here(run: Run) -> bool:
    """Whether the test images behind a run seem to be on this machine; quick, opens no file."""
    return catalogue.is_here(run.data.name)


def is_own(run: Run) -> bool:
    """Whether a model learnt from somebody's own images, which can't be fetched anew."""
    return own_images.is_own(run.data.name)


def forget_images() -> None:
    """Drops the test images that are kept in memory."""
    _data.cache_clear()


def fetch_data(data_name: str) -> None:
    """Downloads a data set; raises InputError with the reason. Slow: call it with something on the screen."""
    catalogue.load(data_name, download=True)


@functools.lru_cache(maxsize=8)
def _data(name: str, folder: str, written: int) -> _TestSet:
    del folder, written  # parts of the key: in another folder, or written later, it is another data set
    data = catalogue.load(name, download=False)
    return _TestSet(data.test_x, data.factors or {}, data.record())


def _read(folder: Path) -> OpenModel:
    return OpenModel(checkpoints.load(folder), _digest(folder))


def _digest(folder: Path) -> str:
    """Of all files, not of the weights alone: two models may share those and differ in latents and names."""
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()[:DIGEST_DIGITS]


def _folder_of(run_id: str) -> Path:
    folder = gallery.checkpoint_folder() / run_id
    require(_is_name(run_id) and folder.is_dir(), "model.unknown", name=run_id[:60])
    return folder


def _stamp(folder: Path) -> tuple[Any, ...]:
    return (str(folder), *(_changed(folder / name) for name in FILES))


def _changed(path: Path | str) -> int:
    """When the file was last written; 0 for one that can't be asked, perhaps because it is being replaced."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _is_name(run_id: str) -> bool:
    return RUN_ID.fullmatch(run_id) is not None
