"""Where trained models and unfinished runs lie, and what is in there.

Knows folders and checkpoints; knows nothing of how models are trained.
"""

import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from models import checkpoint as checkpoints
from models import strict_json
from models.atomic import sweep, write_file
from models.checkpoint import MADE, RUN, SCORES, Checkpoint
from models.errors import InputError, Reason, require
from models.run import MAX_TITLE, Run, require_run_id
from models.scores import Scores
from models.scores import to_bytes as scores_to_bytes

UNFINISHED, TRASH = ".unfinished", ".trash"
SHIPPED = "shipped.txt"  # one run_id per line: the models of the folder that came with the app
TRASH_DAYS = 7
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listing:
    """The runs in the folder, newest first, and for each folder that can't be read the reason."""

    runs: tuple[Run, ...]
    refused: tuple[Reason, ...]


def checkpoint_folder() -> Path:
    """The folder that `LATENT_CHECKPOINTS` names, or `checkpoints` beside the app."""
    return Path(os.environ.get("LATENT_CHECKPOINTS") or Path(__file__).parent.parent / "checkpoints")


def list_runs(folder: Path | None = None) -> Listing:
    """Every run of the folder; one that is damaged is named among the refused and hides no other."""
    runs, refused = [], list[Reason]()
    root = folder or checkpoint_folder()
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if not path.is_dir() or path.name.startswith("."):
            continue
        try:
            runs.append(checkpoints.load_run(path))
        except InputError as error:
            refused.append(error.reason)
        except OSError as error:
            refused.append(Reason("gallery.unreadable", {"name": path.name, "problem": str(error.strerror)}))
    return Listing(tuple(sorted(runs, key=lambda run: run.made, reverse=True)), tuple(refused))


def open_run(run_id: str, folder: Path | None = None) -> Checkpoint:
    """The checkpoint called `run_id`; raises InputError for a bad name, a missing or a damaged one."""
    require_run_id(run_id)
    return checkpoints.load((folder or checkpoint_folder()) / run_id)


def add(checkpoint: Checkpoint, folder: Path | None = None, replace: bool = False) -> Path:
    """Writes the checkpoint into the folder under its `run_id`; raises InputError where that is taken or can't be."""
    path = (folder or checkpoint_folder()) / checkpoint.run.run_id
    require(replace or not path.exists(), "gallery.name_taken", name=path.name)
    with _refusals(path):
        checkpoints.save(path, checkpoint)
    return path


def add_scores(run_id: str, scores: Scores, folder: Path | None = None) -> Path:
    """Writes the scores beside a model, in place of older ones; raises InputError where that can't be."""
    return _add_beside(run_id, SCORES, scores_to_bytes(scores), folder)


def add_made(run_id: str, content: bytes, folder: Path | None = None) -> Path:
    """Writes what was made of a model beside it, likewise."""
    return _add_beside(run_id, MADE, content, folder)


def _add_beside(run_id: str, name: str, content: bytes, folder: Path | None) -> Path:
    require_run_id(run_id)
    path = (folder or checkpoint_folder()) / run_id / name
    require(path.parent.is_dir(), "gallery.no_model", name=run_id)
    with _refusals(path.parent):
        write_file(path, content)
    return path


def is_shipped(run_id: str, folder: Path | None = None) -> bool:
    """Whether the model came with the app; such a model keeps its name and its place."""
    path = (folder or checkpoint_folder()) / SHIPPED
    return path.is_file() and run_id in path.read_text("utf-8").split()


def rename(run_id: str, title: str, folder: Path | None = None) -> Run:
    """Gives a model another title and returns its new record; its `run_id`, so every link to it, stays.

    Raises InputError for a model that shipped, a missing one, and a title that is empty, too long or unprintable.
    """
    path, plain = _own_path(run_id, folder), title.strip()
    require(0 < len(plain) <= MAX_TITLE and plain.isprintable(), "gallery.title", most=MAX_TITLE, got=title[:MAX_TITLE])
    renamed = replace(checkpoints.load_run(path), title=plain)
    with _refusals(path):
        write_file(path / RUN, strict_json.write(renamed).encode())
    return renamed


def remove(run_id: str, folder: Path | None = None) -> None:
    """Moves a model into the trash, from where `restore` brings it back for a week; InputError as in `rename`."""
    path = _own_path(run_id, folder)
    trashed = path.parent / TRASH / run_id
    with _refusals(path):
        trashed.parent.mkdir(exist_ok=True)
        shutil.rmtree(trashed, ignore_errors=True)  # an older model of the same name
        os.utime(path)  # from now on `_empty_trash` counts
        path.rename(trashed)


def removed(folder: Path | None = None) -> list[str]:
    """The names of the models that `restore` can bring back, those that were removed last first."""
    trash = (folder or checkpoint_folder()) / TRASH
    found = [path for path in trash.iterdir() if path.is_dir()] if trash.is_dir() else []
    return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]


def restore(run_id: str, folder: Path | None = None) -> None:
    """Undoes `remove`; raises InputError where the model is no longer in the trash or its name is taken again."""
    require_run_id(run_id)
    path = (folder or checkpoint_folder()) / run_id
    trashed = path.parent / TRASH / run_id
    require(trashed.is_dir(), "gallery.not_in_trash", name=run_id)
    require(not path.exists(), "gallery.name_taken_again", name=run_id)
    with _refusals(path):
        trashed.rename(path)


def add_upload(content: bytes, source: str, folder: Path | None = None) -> Run:
    """Puts the checkpoint of an uploaded zip into the folder; raises InputError like `from_zip` and `add_foreign`."""
    return add_foreign(checkpoints.from_zip(content, source), folder)


def add_foreign(checkpoint: Checkpoint, folder: Path | None = None) -> Run:
    """Puts a checkpoint from elsewhere into the folder; raises InputError like `add`.

    It is of no published program, whatever it says: nobody here has trained it.
    """
    run = replace(checkpoint.run, program=None)
    add(replace(checkpoint, run=run), folder)
    return run


def prepare(folder: Path | None = None) -> None:
    """Makes the folder, clears what a killed process left in it, and empties old trash.

    Call it once when a writing process starts.
    """
    root = folder or checkpoint_folder()
    try:
        root.mkdir(parents=True, exist_ok=True)
        sweep(root)
        sweep(root / UNFINISHED)
        _empty_trash(root / TRASH)
    except OSError as error:
        logger.warning("%s: %s", root, error)
        raise InputError("gallery.folder_unusable", problem=error.strerror) from None


def unfinished_path(run_id: str, folder: Path | None = None) -> Path:
    """Where the state of an unfinished run lies; raises InputError for a bad name."""
    require_run_id(run_id)
    return (folder or checkpoint_folder()) / UNFINISHED / f"{run_id}.safetensors"


def unfinished_runs(folder: Path | None = None) -> list[str]:
    """The names of the runs that can be resumed."""
    return sorted(path.stem for path in ((folder or checkpoint_folder()) / UNFINISHED).glob("[!.]*.safetensors"))


def _own_path(run_id: str, folder: Path | None) -> Path:
    """The folder of a model that one may change."""
    require_run_id(run_id)
    root = folder or checkpoint_folder()
    require((root / run_id).is_dir(), "gallery.no_model", name=run_id)
    require(not is_shipped(run_id, root), "gallery.shipped", name=run_id)
    return root / run_id


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Inside, what the disk refuses becomes an InputError with advice."""
    try:
        yield
    except OSError as error:
        logger.warning("%s: %s", path, error)  # any visitor may read the sentence: it names no path
        raise InputError("gallery.unwritable", name=path.name, problem=error.strerror) from None


def _empty_trash(trash: Path) -> None:
    oldest = time.time() - TRASH_DAYS * 24 * 3600
    for path in trash.iterdir() if trash.is_dir() else []:
        if path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
