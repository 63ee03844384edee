"""Reads the arrays of an .npz that somebody put into the data folder. Knows numpy; knows nothing of what they mean."""

import zipfile
import zlib

import numpy as np
import numpy.typing as npt

from datasets.source import Source, file_of, unusable
from models.errors import Reason

DAMAGES = (OSError, ValueError, LookupError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)


def arrays_of(source: Source, *names: str) -> list[npt.NDArray[np.generic]]:
    """The arrays of these names in a data set's file, nothing unpickled.

    Raises InputError that says what is missing or damaged, and what to do.
    """
    try:
        with file_of(source).open("rb") as raw, np.load(raw) as file:
            return [file[name] for name in names]
    except FileNotFoundError:
        raise unusable(source, Reason("data.not_there")) from None
    except DAMAGES as error:
        raise unusable(source, Reason("data.not_as_expected", {"problem": str(error)[:80]})) from None
