"""Uploads of own pictures as bytes, sound and odd: images in every form, zips, arrays and tables."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Files = Mapping[str, bytes]


def shape(kind: str, number: int, size: tuple[int, int] = (40, 40), mode: str = "L") -> Image.Image:
    """A circle or a box on white paper, another one for each number."""
    image = Image.new("L", size, 255)
    left, top, wide, high = np.random.default_rng(number).random(4) * 0.4
    corners = np.array([left, top, left + wide + 0.2, top + high + 0.2]) * [*size, *size]
    draw = ImageDraw.Draw(image)
    (draw.ellipse if kind == "circle" else draw.rectangle)(corners.tolist(), fill=20 + number % 13)
    return image.convert(mode)


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def shapes(count: int = 10, kind: str = "circle", folder: str = "") -> dict[str, bytes]:
    return {f"{folder}{kind}{number}.png": saved(shape(kind, number)) for number in range(count)}


def two_kinds(count: int = 10, root: str = "") -> dict[str, bytes]:
    return shapes(count, "circle", f"{root}circles/") | shapes(count, "box", f"{root}boxes/")


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return buffer.getvalue()


def encrypted(files: Files) -> bytes:
    """The zip with the flag of a password on each file, in both places where it stands."""
    content = bytearray(zipped(files))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def npy(array: npt.NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=array.dtype.hasobject)
    return buffer.getvalue()


def npz(**arrays: npt.NDArray[Any]) -> bytes:
    return zipped({f"{name}.npy": npy(array) for name, array in arrays.items()})


def noise(*size: int, seed: int = 0) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, size, np.uint8)


def header(shape: str, kind: str = "|u1", body: bytes = b"") -> bytes:
    """An .npz of one array whose header says what it wants."""
    text = f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return zipped({"x.npy": b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body})


def csv(pixels: Sequence[Sequence[Any]], labels: Sequence[str] | None = None, above: str = "") -> bytes:
    rows = [",".join(map(str, row)) for row in pixels]
    if labels is not None:
        rows = [f"{label},{row}" for label, row in zip(labels, rows, strict=True)]
    return "\n".join([above, *rows] if above else rows).encode()


def parquet(columns: Mapping[str, Any], names: Sequence[str] = (), **options: Any) -> bytes:
    """A Parquet table; `names`: of its labels, as a hub writes them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table, buffer = pa.table(dict(columns)), io.BytesIO()
    told = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
    pq.write_table(
        table.replace_schema_metadata({"huggingface": json.dumps(told)}) if names else table, buffer, **options
    )
    return buffer.getvalue()


def again(content: bytes, count: int) -> bytes:
    """A Parquet table whose rows all are one value, written once."""
    import pyarrow as pa

    value = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([content], pa.binary()))
    return parquet({"image": value}, store_schema=False)


def with_paths(files: Sequence[bytes | None]) -> list[dict[str, Any]]:
    """Images as hubs have them: bytes and a path."""
    return [{"bytes": content, "path": None} for content in files]


def png_of(width: int, height: int) -> bytes:
    """A small file that claims to be a large grey image."""
    import zlib

    def part(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", size) + part(b"IDAT", zlib.compress(bytes(100))) + part(b"IEND", b"")
