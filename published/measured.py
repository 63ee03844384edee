"""The file `measured.json`: what was measured of the published programs, beside their models.

Knows measurements and files; knows nothing of what they are held against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.measurement import Measurement
from models import strict_json
from models.atomic import write_file
from models.errors import InputError

FILE = "measured.json"
ERROR = " error"
Numbers = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class ProgramMeasurements:
    """All that was measured of one program: `samples` is k of the bound, on `images` test images.

    `run_id`: the program's name, under which `python -m published reproduce` trains it.
    """

    run_id: str
    samples: int
    images: int
    rows: tuple[Measurement, ...]


@dataclass(frozen=True)
class MeasuredFile:
    """What `python -m published reproduce` writes."""

    models: tuple[ProgramMeasurements, ...]

    def numbers(self) -> Numbers:
        """Values by program and key, their standard errors under key + `ERROR`; what is not defined is not there."""
        return {
            model.run_id: {row.key: row.value for row in model.rows if row.value is not None}
            | {row.key + ERROR: row.error for row in model.rows if row.error is not None}
            for model in self.models
        }


def load_measured(path: Path) -> MeasuredFile:
    """The file's content; raises InputError with what is wrong with it."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("measured.unreadable", file=path.name, problem=str(error)) from None
    found: MeasuredFile = strict_json.read(MeasuredFile, text, path.name)
    return found


def save_measured(path: Path, content: MeasuredFile) -> None:
    """Writes the file whole or not at all; raises InputError."""
    try:
        write_file(path, strict_json.write(content).encode())
    except OSError as error:
        raise InputError("text.unwritable", file=str(path), problem=error.strerror) from None
