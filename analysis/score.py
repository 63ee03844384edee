"""log p(x|z) of each test image under a trained model, for the file that lies beside it.

Knows checkpoints and images; knows nothing of data sets on disk. A training writes the same numbers at its end.
"""

import numpy as np
import torch
from jaxtyping import UInt8

from models.checkpoint import Checkpoint
from models.errors import require
from models.objectives import log_likelihood
from models.passes import BLOCK, EVALUATION_SEED, passes
from models.scores import Scores

DRAWS = 8  # as many as the test metrics of a training are the mean of
AGREE_NATS = 0.02  # another machine's rounding; another test set differs by whole nats


@torch.no_grad()
def score(checkpoint: Checkpoint, images: UInt8[np.ndarray, "images channel height width"]) -> Scores:
    """The scores of the whole test set, 0..255, in the order of the latents, from the noise that every model gets.

    Raises InputError where their mean is not the one that the record remembers: these are other images.
    """
    run, labels = checkpoint.run, torch.from_numpy(checkpoint.latents.class_of_each()).long()
    require(len(images) == len(labels), "measure.images_and_codes", count=len(labels), got=len(images))
    draws = DRAWS if run.model.stochastic else 1
    noise, parts = torch.Generator().manual_seed(EVALUATION_SEED), []
    for start in range(0, len(images), BLOCK):
        x, y = torch.from_numpy(images[start : start + BLOCK]).float() / 255, labels[start : start + BLOCK]
        each = [log_likelihood(p, run.training.weights).double() for p in passes(checkpoint.model, x, y, draws, noise)]
        parts.append(torch.stack(each).mean(dim=0))
    whole = torch.cat(parts)
    found, known = float(whole.mean()), run.test.log_likelihood
    require(abs(found - known) <= AGREE_NATS, "score.other_test_set", name=run.run_id, found=found, known=known)
    return Scores(whole.float().numpy(), draws)
