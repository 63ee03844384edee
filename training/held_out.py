"""A few training images held out, by which the best weights of a training are known: those with the highest ELBO on
images that the network never learnt from.

Knows data sets; knows nothing of models or of the loop. Images that look alike stay on one side.
"""

from dataclasses import replace

from datasets.data_set import DataSet
from datasets.own.similar import alike, small_hash, split

SEED = 1  # another split than that into training and test images
DRAWS = 4  # of each image's code: a few dozen images make a noisy mean


def with_held_out(data: DataSet, share: float) -> DataSet:
    """The data set with a share of each label's training images apart; its record stays that of the whole.

    It comes back as it is where the share is 0, and where all training images look alike.
    """
    groups = alike([small_hash(image) for image in data.train_x]) if share else []
    if len(groups) < 2:
        return data
    held = split(data.train_classes.tolist(), groups, SEED, share)
    x, y = data.train_x, data.train_y
    return replace(
        data, train_x=x[~held], train_y=None if y is None else y[~held], held_x=x[held],
        held_y=None if y is None else y[held], whole=data.record(),
    )  # fmt: skip
