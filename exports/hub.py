"""A model as a folder for a hub, and back: its files byte for byte, two of them under the names that hubs know.

`config.json` is run.json, `model.safetensors` the weights; README.md is its card. Knows files of checkpoints; what
the card says is in card.py.
"""

import re
from pathlib import Path

from exports.card import card
from models import gallery
from models.checkpoint import CARD, MAX_BYTES, ON_A_HUB, Checkpoint, files_in, from_files, from_zip, zipped
from models.errors import InputError, require

UNSAID = "unknown"  # as hubs write it
LICENCE = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")


def hub_files(name: str, licence: str = UNSAID) -> dict[str, bytes]:
    """The folder's files by their names. Raises InputError for a damaged model and for what can be no licence."""
    require(LICENCE.fullmatch(licence) is not None, "export.licence", got=licence[:40])
    files = files_in(gallery.checkpoint_folder() / name, with_series=True)
    said = card(from_files(files, name), licence).encode()
    return {CARD: said} | {ON_A_HUB.get(ours, ours): content for ours, content in files.items()}


def hub_zip(name: str) -> bytes:
    """The same as a zip of one folder, as the app offers it."""
    return zipped(name, hub_files(name))


def read(path: Path) -> Checkpoint:
    """The model in a folder or a zip, under our names or a hub's; raises InputError for anything else."""
    require(path.exists(), "import.nothing_there", source=str(path))
    if path.is_dir():
        return from_files(files_in(path, with_series=True), path.name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError("import.unreadable", source=path.name, problem=error.strerror) from None
    return from_zip(content, path.name)
