"""A CSV of 28x28 pixels a row, with or without a label before them and a header above. Knows text and numbers."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from datasets.own.picture import Bytes
from datasets.own.reasons import LeftOutError
from datasets.own.zipped import Label, plain_label
from models.errors import InputError

SIDE = 28
COLUMNS = SIDE * SIDE
ROWS_AT_ONCE = 500
Numbers = npt.NDArray[np.float32]


def images(text: str, left_out: Counter[str]) -> Iterator[tuple[Label, Bytes]]:
    """Label and pixels `[28 28]` of each row; raises InputError where the first row has another number of columns."""
    rows = [row for row in text.split("\n") if row and not row.isspace()]
    columns = rows[0].count(",") + 1
    if columns not in (COLUMNS, COLUMNS + 1):
        raise InputError("upload.columns", found=columns, pixels=COLUMNS)
    labelled = columns > COLUMNS
    if len(rows) > 1 and _numbers([_pixels(rows[0], labelled)]) is None:
        rows = rows[1:]  # it names the columns
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        whole = [row for row in some if row.count(",") + 1 == columns]
        left_out["columns"] += len(some) - len(whole)
        yield from _images(whole, labelled, left_out)


def _images(rows: Sequence[str], labelled: bool, left_out: Counter[str]) -> Iterator[tuple[Label, Bytes]]:
    texts = [_pixels(row, labelled) for row in rows]
    together = _numbers(texts)
    for place, row in enumerate(rows):
        numbers = _numbers([texts[place]]) if together is None else together[place : place + 1]
        try:
            if numbers is None or not ((numbers >= 0) & (numbers <= 255)).all():  # NaN is neither
                raise LeftOutError("numbers")
            label = plain_label(row.partition(",")[0]) if labelled else None
        except LeftOutError as reason:
            left_out[reason.code] += 1
            continue
        yield label, numbers.round().astype(np.uint8).reshape(SIDE, SIDE)


def _pixels(row: str, labelled: bool) -> str:
    return row.partition(",")[2] if labelled else row


def _numbers(rows: Sequence[str]) -> Numbers | None:
    """The numbers of some rows, `[rows columns]`; None where one of them has something else."""
    if not rows:
        return None
    try:
        return np.loadtxt(rows, np.float32, comments=None, delimiter=",", ndmin=2)
    except ValueError:
        return None
