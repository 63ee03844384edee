"""How well neighbours in the latent space agree on their class.

Knows codes and labels; scikit-learn finds the neighbours.
"""

import numpy as np
from jaxtyping import Float, Integer

from models.errors import require


def knn_accuracy(
    codes: Float[np.ndarray, "images latent"], labels: Integer[np.ndarray, " images"], neighbours: int = 10
) -> float:
    """The share of codes whose `neighbours` nearest other codes vote for their own class, in [0, 1].

    Leave-one-out k-nearest-neighbour classification (Cover and Hart 1967), Euclidean, every vote counting
    the same. A tie between classes goes to the lower label, as in scikit-learn's classifier; of
    neighbours at the same distance, those that scikit-learn's search meets first count.
    Raises InputError unless there is a label a code and more codes than `neighbours`.
    """
    from sklearn.neighbors import NearestNeighbors  # slow to import

    require(len(labels) == len(codes), "measure.labels_and_codes", count=len(codes), got=len(labels))
    require(1 <= neighbours < len(codes), "measure.neighbours", count=len(codes), got=neighbours)
    require(bool(np.isfinite(codes).all()), "codes.not_finite")
    search = NearestNeighbors(n_neighbors=neighbours).fit(codes.astype(np.float64))
    indices = search.kneighbors(return_distance=False)  # no argument: a code is not its own neighbour
    known = labels.astype(np.int64)
    votes = np.zeros((len(known), int(known.max()) + 1), dtype=np.int64)
    np.add.at(votes, (np.arange(len(known))[:, None], known[indices]), 1)
    return float((votes.argmax(axis=1) == known).mean())
