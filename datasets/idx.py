"""Files of bytes in the IDX format, as MNIST and its relatives come: two zeros, 8 for bytes, how many dimensions, the
length of each as four bytes, the values. Knows the format; knows no data set.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

UNSIGNED_BYTES = 8


def read_idx(path: Path, dimensions: int) -> npt.NDArray[np.uint8]:
    """The values of a file; raises OSError, or ValueError for any other content."""
    content = np.fromfile(path, np.uint8)
    start = 4 * (1 + dimensions)
    header = content[:start].tobytes()
    if len(header) < start or header[:4] != bytes((0, 0, UNSIGNED_BYTES, dimensions)):
        raise ValueError(f"{path.name}: {header[:4].hex()}")
    shape = [int.from_bytes(header[at : at + 4], "big") for at in range(4, start, 4)]
    return content[start:].reshape(shape)
