"""The images that a checkpoint was tested on, from the data set of its name.

Knows data sets and checkpoints; downloads nothing.
"""

import numpy as np
from jaxtyping import UInt8

from datasets.catalogue import load
from models.checkpoint import Checkpoint
from models.errors import require


def images_tested_on(checkpoint: Checkpoint) -> UInt8[np.ndarray, "images channel height width"]:
    """The whole test set, 0..255, in the order of the checkpoint's latents.

    Raises InputError where the set is not on this machine, or is not the one that the checkpoint was tested on.
    """
    run = checkpoint.run
    data = load(run.data.name, download=False)
    require(
        np.array_equal(data.test_classes, checkpoint.latents.class_of_each()),
        "measure.other_labels",
        data=run.data.title,
        name=run.run_id,
    )
    images: np.ndarray = data.test_x
    return images
