"""What an unfinished run leaves in the folder of models. Knows the folder; knows nothing of what is in the files."""

import shutil
from pathlib import Path

from models import gallery


def film_path(state_path: Path) -> Path:
    """Where the epochs of an unfinished run lie, beside its state."""
    return state_path.with_suffix(".epochs")


def discard(folder: Path, run_id: str) -> None:
    """Removes what an unfinished run has left in the folder; a finished model stays."""
    path = gallery.unfinished_path(run_id, folder)
    path.unlink(missing_ok=True)
    shutil.rmtree(film_path(path), ignore_errors=True)
