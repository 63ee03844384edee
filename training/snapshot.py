"""A training as it can be seen from outside: one frozen value, made anew a few times a second.

Plain values; training/snapshots.py makes them. Arrays are numpy's, and nobody changes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.errors import Reason
from models.run import Change, EpochRecord

TRAINING, FINISHING = "training", "finishing"


@dataclass(frozen=True)
class Recent:
    """Means over the steps since the report before, nats an image; `kl` is None for a deterministic encoder."""

    step: int
    loss: float
    log_likelihood: float
    kl: float | None


@dataclass(frozen=True)
class Pictures:
    """What the model makes of the test set and of fixed codes at one moment.

    `mu`: the test set's means, `[images latent]` float32; `samples`: `[16 channel height width]` uint8, decoded from 16
    fixed draws of the prior, of the classes 0, 1, 2, ... in turn for a conditional model; a learnt prior moves them.
    `epoch`: epochs done, `step`: steps done. `networks`: the weights of both, float32.
    """

    epoch: int
    step: int
    mu: NDArray[np.float32]
    samples: NDArray[np.uint8]
    networks: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingSnapshot:
    """A job's payload. `epoch`: epochs done of `epochs`; `images_per_second`, `seconds_left`: None until known.

    `phase`: `training` or `finishing`. `labels`: of the test set, uint8; `images`: its images, `[images channel height
    width]`, uint8. `kl`: nats a dimension after the
    last epoch. `learning_rate`, `beta`, `mmd_weight`: as they were changed, before any schedule. `health`: findings on
    what looks wrong; `notes`: what was done about a trouble. `kept`: epochs that can be scrubbed later.
    """

    run_id: str
    title: str
    phase: str
    epoch: int
    epochs: int
    step: int
    steps: int
    batch_size: int
    learning_rate: float
    beta: float
    mmd_weight: float
    labels: NDArray[np.uint8]
    images_per_second: float | None = None
    seconds_left: float | None = None
    recent: tuple[Recent, ...] = ()
    history: tuple[EpochRecord, ...] = ()
    pictures: Pictures | None = None
    health: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    kept: tuple[float, ...] = ()
    changes: tuple[Change, ...] = ()
    images: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 1, 1, 1), np.uint8))

    @property
    def kl(self) -> tuple[float, ...] | None:
        """KL of each dimension on the test set after the last epoch, nats."""
        return self.history[-1].test.kl if self.history else None
