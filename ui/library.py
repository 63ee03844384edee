"""The models and test images that this server has open, shared by all sessions.

Kept outside Streamlit's caches, which any visitor may clear. Knows files, checkpoints and data; draws nothing.
"""

import functools
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from analysis.projection import Projection, pca
from models import checkpoint as checkpoints
from models.checkpoint import FILES, RUN, Checkpoint
from models.epochs import Epochs
from models.errors import InputError, require
from models.run import RUN_ID, Run
from training import data as data_sets
from training import store
from training.store import Listing

OPEN_MODELS = 24
OPEN_FILMS = 4  # up to 32 MB each
DIGEST_DIGITS = 16


@dataclass(frozen=True)
class OpenModel:
    """A checkpoint in memory with the hash of its files, which names its assets."""

    checkpoint: Checkpoint
    digest: str


@dataclass(frozen=True)
class TestImages:
    """The test set behind a model's latents, `[images channel height width]` uint8, or the reason why it is missing."""

    __test__ = False

    images: Tensor | None
    reason: str = ""


class Shelf:
    """A small cache, safe among threads, that computes each entry once and forgets the one unused for longest."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._entries: OrderedDict[Any, Any] = OrderedDict()
        self._making: dict[Any, threading.Lock] = {}

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """The entry under the key, made now if there is none; an exception of `make` is not kept."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._entries:
                    return self._entries[key]
            value = make()
            with self._lock:
                self._entries[key] = value
                self._making.pop(key, None)
                while len(self._entries) > self._size:
                    self._entries.popitem(last=False)
            return value


_models, _listings, _facts, _films = Shelf(OPEN_MODELS), Shelf(2), Shelf(500), Shelf(OPEN_FILMS)


def open_model(run_id: str) -> OpenModel:
    """The model called `run_id`, read from disk once; a model replaced on disk is read anew. Raises InputError."""
    folder = store.checkpoint_folder() / run_id
    require(
        _is_name(run_id) and folder.is_dir(),
        f"There is no model called “{run_id[:60]}” here. It may have been removed; choose another.",
    )
    stamp = (str(folder), *(_changed(folder / name) for name in FILES))
    opened: OpenModel = _models.get(stamp, lambda: _read(folder))
    return opened


def principal_plane(opened: OpenModel) -> Projection:
    """The plane of the two first principal components of a model's test-set means."""
    plane: Projection = once(opened, "pca", lambda: pca(opened.checkpoint.latents.mu))
    return plane


def has_film(run: Run) -> bool:
    """Whether epochs of the run's training were kept; opens no file."""
    return checkpoints.has_epochs(store.checkpoint_folder() / run.run_id)


def film(opened: OpenModel) -> Epochs:
    """The kept epochs of a model's training, read on demand; raises InputError where there are none."""
    run_id = opened.checkpoint.run.run_id
    folder = store.checkpoint_folder() / run_id
    stamp = (opened.digest, run_id, _changed(folder / checkpoints.EPOCHS))
    epochs: Epochs | None = _films.get(stamp, lambda: checkpoints.load_epochs(folder))
    if epochs is None:
        raise InputError("No epochs of this model's training were kept.")
    return epochs


def all_runs() -> Listing:
    """What `store.list_runs` finds, read again only when a folder or a record in it has changed."""
    root = store.checkpoint_folder()
    records = sorted(root.glob("[!.]*/" + RUN)) if root.is_dir() else []
    folders = sorted(str(path) for path in root.glob("[!.]*")) if root.is_dir() else []
    stamp = (str(root), tuple(folders), tuple(_changed(path) for path in records))
    listing: Listing = _listings.get(stamp, store.list_runs)
    return listing


def once(opened: OpenModel, what: str, make: Callable[[], Any]) -> Any:
    """What `make` gives for a model, computed once; `what` names it."""
    return _facts.get((opened.digest, opened.checkpoint.run.run_id, what), make)


def test_images(data_name: str, count: int) -> TestImages:
    """The test images of a data set if they are on this machine; never downloads. `count`: how many there must be."""
    if data_name not in data_sets.SOURCES:
        return TestImages(None, f"This app does not know a data set called “{data_name[:40]}”.")
    try:
        data = _data(data_name, str(data_sets.data_folder().absolute()))
    except InputError as error:
        return TestImages(None, str(error))
    if len(data) != count:
        return TestImages(None, f"The test set here has {len(data):,} images, the model was tested on {count:,}.")
    return TestImages(data)


def images_are_here(run: Run) -> bool:
    """Whether the test images behind a run seem to be on this machine; quick, opens no file."""
    return data_sets.is_here(run.data.name)


def fetch_data(data_name: str) -> None:
    """Downloads a data set; raises InputError with the reason. Slow: call it with something on the screen."""
    data_sets.load(data_name, download=True)


@functools.lru_cache(maxsize=8)
def _data(name: str, folder: str) -> Tensor:
    del folder  # part of the key: another folder is another data set
    return data_sets.load(name, download=False).test_x


def _read(folder: Path) -> OpenModel:
    checkpoint = checkpoints.load(folder)
    # of all files, not of the weights alone: two models may share those and differ in latents and names
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()[:DIGEST_DIGITS]
    checkpoint.model  # noqa: B018  built now, so that the first slider step does not wait for it
    return OpenModel(checkpoint, digest)


def _changed(path: Path) -> int:
    """When the file was last written; 0 for one that can't be asked, perhaps because it is being replaced."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _is_name(run_id: str) -> bool:
    return RUN_ID.fullmatch(run_id) is not None
