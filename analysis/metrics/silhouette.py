"""How far apart the classes lie in the latent space, against how wide they are.

Knows codes and labels; scikit-learn computes the distances.
"""

import torch
from jaxtyping import Float, Float64, Integer
from torch import Tensor

from models.errors import require

MEGABYTES = 64


def silhouette(codes: Float[Tensor, "images latent"], labels: Integer[Tensor, " images"]) -> Float64[Tensor, " images"]:
    """(b - a) / max(a, b) of each code, in [-1, 1]: a its mean distance to its class, b to the nearest other class.

    Rousseeuw 1987, eq. 2; 0 for the only member of a class, and where all its distances are 0. Euclidean, every
    pair, in blocks of `MEGABYTES`. Raises InputError unless there is a label a code, and 2 classes or more of which
    one at least has 2 members, or where codes are not finite.
    """
    from sklearn import config_context  # slow to import
    from sklearn.metrics import silhouette_samples

    require(len(labels) == len(codes), "measure.labels_and_codes", count=len(codes), got=len(labels))
    classes = len(set(labels.tolist()))
    require(2 <= classes < len(codes), "measure.silhouette", classes=classes, codes=len(codes))
    require(bool(torch.isfinite(codes).all()), "codes.not_finite")
    with config_context(working_memory=MEGABYTES):
        return torch.from_numpy(silhouette_samples(codes.double().numpy(), labels.numpy())).double()
