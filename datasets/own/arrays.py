"""An .npz of images and perhaps labels, read array by array from its own bytes: nothing in it is ever unpickled."""

import io
import math
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from datasets.own.limits import MEGABYTE, UNPACKED_BYTES
from datasets.own.reasons import LeftOutError
from datasets.own.zipped import Label, member, plain_label
from models.errors import InputError

Array = npt.NDArray[Any]
ENDING = ".npy"
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def is_npz(archive: zipfile.ZipFile) -> bool:
    """Whether a zip holds arrays."""
    return any(name.endswith(ENDING) for name in archive.namelist())


def images(archive: zipfile.ZipFile, left_out: Counter[str]) -> Iterator[tuple[Label, Array]]:
    """Label and pixels, `[height width]` or `[height width 3]`, of each image; raises InputError where there is none.

    Where labels come with some of several arrays of images, those of the others are left out.
    """
    arrays = _arrays(archive)
    pictures = [(name, array) for name, array in arrays.items() if _is_images(name, array)]
    if not pictures:
        raise InputError("upload.no_images")
    labels = {name: array.reshape(-1) for name, array in arrays.items() if _is_labels(array)}
    for _, array in pictures:
        found = next((name for name, values in labels.items() if len(values) == len(array)), None)
        values = labels.pop(found) if found else None
        for place, pixels in enumerate(array):
            try:
                yield (None if values is None else plain_label(str(values[place]))), _squeezed(pixels)
            except LeftOutError as reason:
                left_out[reason.code] += 1


def _squeezed(pixels: Array) -> Array:
    return pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels


def _is_images(name: str, array: Array) -> bool:
    """Whether an array has images; raises InputError where it has, but of other numbers."""
    shaped = array.size > 0 and (array.ndim == 3 or (array.ndim == 4 and array.shape[3] in (1, 3)))
    if shaped and array.dtype != np.uint8:
        raise InputError("upload.not_bytes", name=name[:40], kind=str(array.dtype)[:40])
    return shaped


def _is_labels(array: Array) -> bool:
    """Whether an array has a whole number or a text for each image."""
    return array.dtype.kind in "iuU" and (array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1))


def _arrays(archive: zipfile.ZipFile) -> dict[str, Array]:
    members = [info for info in archive.infolist() if info.filename.endswith(ENDING)]
    if sum(info.file_size for info in members) > UNPACKED_BYTES:
        raise InputError("upload.unpacked", limit=UNPACKED_BYTES // MEGABYTE)
    arrays: dict[str, Array] = {}
    for info in members:
        name = info.filename.removesuffix(ENDING)
        try:
            arrays[name] = _array(name, member(archive, info))
        except LeftOutError:
            raise InputError("upload.damaged_array", name=name[:40]) from None
    return arrays


def _array(name: str, content: bytes) -> Array:
    file = io.BytesIO(content)
    try:
        shape, in_columns, kind = HEADERS[npy.read_magic(file)](file)
        if kind.hasobject:
            raise InputError("upload.objects", name=name[:40])
        if min(shape, default=0) < 0:
            raise LeftOutError("damaged")
        flat = np.frombuffer(content, kind, count=math.prod(shape), offset=file.tell())
        return flat.reshape(shape, order="F" if in_columns else "C")
    except (InputError, LeftOutError):
        raise
    except Exception:  # numpy's reader of headers raises what Python's parser does
        raise LeftOutError("damaged") from None
