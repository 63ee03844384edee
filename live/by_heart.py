"""Whether a model has learnt its training images by heart: what it has seen it copies ever better, the rest ever worse.

Knows the history of a training; knows no page.
"""

from collections.abc import Sequence

from models.run import EpochRecord

LOST = 0.01  # of the best log p(x|z) of the test images


def best_epoch(history: Sequence[EpochRecord], kept: int | None = None) -> int | None:
    """The epoch after which it learnt by heart; None where the last epoch copies test images as well as any before.

    `kept`: the epoch whose weights are the model's, where that is not the last one.
    """
    history = history[:kept]
    if not history:
        return None
    best, last = max(history, key=lambda record: record.test.log_likelihood), history[-1]
    lost = best.test.log_likelihood - last.test.log_likelihood
    worse = lost > LOST * abs(best.test.log_likelihood)
    return best.epoch if worse and last.train.log_likelihood > best.train.log_likelihood else None
