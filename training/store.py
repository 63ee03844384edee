"""Where trained models and unfinished runs lie, and what is in there.

Knows folders and checkpoints; knows nothing of how models are trained.
"""

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

from models import checkpoint as checkpoints
from models.atomic import sweep
from models.checkpoint import Checkpoint
from models.errors import InputError, require
from models.run import Run, require_run_id
from training.plans import Plan

UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Listing:
    """The runs in the folder, newest first, and for each folder that can't be read the reason."""

    runs: tuple[Run, ...]
    refused: tuple[str, ...]


def checkpoint_folder() -> Path:
    """The folder that `LATENT_CHECKPOINTS` names, or `checkpoints` beside the app."""
    return Path(os.environ.get("LATENT_CHECKPOINTS") or Path(__file__).parent.parent / "checkpoints")


def list_runs(folder: Path | None = None) -> Listing:
    """Every run of the folder; one that is damaged is named among the refused and hides no other."""
    runs, refused = [], []
    root = folder or checkpoint_folder()
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        if not path.is_dir() or path.name.startswith("."):
            continue
        try:
            runs.append(checkpoints.load_run(path))
        except InputError as error:
            refused.append(str(error))
        except OSError as error:
            refused.append(f"{path.name}: can't be read: {error.strerror}.")
    return Listing(tuple(sorted(runs, key=lambda run: run.made, reverse=True)), tuple(refused))


def open_run(run_id: str, folder: Path | None = None) -> Checkpoint:
    """The checkpoint called `run_id`; raises InputError for a bad name, a missing or a damaged one."""
    require_run_id(run_id)
    return checkpoints.load((folder or checkpoint_folder()) / run_id)


def keep(checkpoint: Checkpoint, folder: Path | None = None, replace: bool = False) -> Path:
    """Writes the checkpoint into the folder under its `run_id`; raises InputError where that is taken or can't be."""
    path = (folder or checkpoint_folder()) / checkpoint.run.run_id
    require(replace or not path.exists(), f"there is already a model called {path.name}; choose another name.")
    try:
        checkpoints.save(path, checkpoint)
    except OSError as error:
        raise InputError(
            f"{path} can't be written: {error.strerror}. Free some space, or name a writable folder in "
            "LATENT_CHECKPOINTS. The models that were there are untouched."
        ) from None
    return path


def prepare(folder: Path | None = None) -> None:
    """Makes the folder and clears what a killed process left in it; call once when a writing process starts."""
    root = folder or checkpoint_folder()
    try:
        root.mkdir(parents=True, exist_ok=True)
        sweep(root)
        sweep(root / UNFINISHED)
    except OSError as error:
        raise InputError(
            f"{root} can't be used: {error.strerror}. Name another folder in LATENT_CHECKPOINTS."
        ) from None


def unfinished_path(run_id: str, folder: Path | None = None) -> Path:
    """Where the state of an unfinished run lies; raises InputError for a bad name."""
    require_run_id(run_id)
    return (folder or checkpoint_folder()) / UNFINISHED / f"{run_id}.safetensors"


def unfinished_runs(folder: Path | None = None) -> list[str]:
    """The names of the runs that can be resumed."""
    return sorted(path.stem for path in ((folder or checkpoint_folder()) / UNFINISHED).glob("[!.]*.safetensors"))


def new_run_id(plan: Plan) -> str:
    """A readable name that no other run has: data set, family, latents, date and time (UTC)."""
    made = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    return f"{plan.training.data}-{plan.model.family}-{plan.model.latent_dim}d-{made}"
