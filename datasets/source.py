"""One row of the table of data sets, and the folder in which they lie. Knows nothing of how one is read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import InputError, Reason


@dataclass(frozen=True)
class Source:
    """One row. `image`: channels, height and width in pixels; `train_count`: images to train on.

    `torchvision`: the class's name there, None for a set that needs no download. `draws`, `kind`: as in `DataSet`.
    `pixel_std`: of the Gaussian that suits its pixels, None where the Bernoulli does. `factors`: which factors of its
    images are known and ordered. `rows`: what the rows of a piano roll, or the voices, are called. `file`: what lies in
    the data folder where somebody has put it, empty for a set that needs no file, or that torchvision fetches.
    """

    title: str
    class_names: tuple[str, ...]
    image: tuple[int, int, int]
    train_count: int
    torchvision: str | None
    megabytes: int
    options: Mapping[str, str] | None = None
    draws: bool = False
    kind: str = "image"
    pixel_std: float | None = None
    factors: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    file: str = ""


def data_folder() -> Path:
    """Where data sets lie: the folder that `LATENT_DATA` names, or `data` in the working directory."""
    return Path(os.environ.get("LATENT_DATA") or "data")


def file_of(source: Source) -> Path:
    """Where the file of a data set lies that somebody has put there."""
    return data_folder() / source.file


def unusable(source: Source, why: Reason) -> InputError:
    """The error for a data set whose file is missing or damaged."""
    path = file_of(source)
    return InputError("data.file_unusable", data=source.title, file=path.name, folder=str(path.parent), why=why)
