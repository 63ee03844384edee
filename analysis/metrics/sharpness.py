"""How sharp images are: the mean gradient of their edges, to be held against that of real images.

Knows images only.
"""

import numpy as np
from jaxtyping import Float

from models.errors import require


def sharpness(x: Float[np.ndarray, "images channel height width"]) -> Float[np.ndarray, " images"]:
    """The mean absolute difference of neighbouring pixels of each image, 0 for a flat one, 1 for a chessboard.

    Finite differences to the right and downwards, every pair of neighbours counting the same. Unit: grey levels
    from 0 to 1 a pixel. Noise is sharp too, so the number says something next to that of real images only. Raises
    InputError for images of a single pixel.
    """
    _, channels, height, width = x.shape
    pairs = channels * (height * (width - 1) + (height - 1) * width)
    require(pairs >= 1, "measure.no_neighbouring_pixels", height=height, width=width)
    across, down = (np.abs(np.diff(x, axis=axis)).sum(axis=(1, 2, 3)) for axis in (3, 2))
    return np.asarray((across + down) / pairs)
