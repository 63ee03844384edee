"""A model from elsewhere as a checkpoint: its layers, its weights, and what it makes of a data set's test images.

Nobody here has trained it: its record says no epoch, no time and no history, and its metrics are measured now. Knows
data sets and evaluation; knows no file of others.
"""

import datetime
import math
import platform
import re
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import torch

from datasets.data_set import DataSet
from exports.foreign.parts import Array, Foreign
from models.aims import Weights
from models.checkpoint import Checkpoint
from models.errors import require
from models.families import family_of
from models.latent_model import LatentModel
from models.run import MAX_TITLE, Run, TrainingConfig
from training.device import on
from training.evaluate import evaluate
from training.finish import FINAL_SAMPLES, LIBRARIES, TRAIN_IMAGES

MOST_NAME = 60


def adopt(foreign: Foreign, data: DataSet, title: str) -> Checkpoint:
    """The checkpoint, measured as a trained one is. `title`: its name, of which its `run_id` is made."""
    require(0 < len(title) <= MAX_TITLE and title.isprintable(), "gallery.title", most=MAX_TITLE, got=title[:MAX_TITLE])
    config = foreign.config(data)
    weights = _stored(foreign.encoder.weights("encoder") | foreign.decoder.weights("decoder"))
    model = LatentModel(config).requires_grad_(False).eval()
    model.load_state_dict({name: torch.tensor(array, dtype=torch.float32) for name, array in weights.items()})
    objective, cpu = Weights(), torch.device("cpu")
    test_set = on(cpu, data.test_x, data.test_classes)
    seen = on(cpu, data.train_x[:TRAIN_IMAGES], data.train_classes[:TRAIN_IMAGES])
    test = evaluate(model, *test_set, objective, FINAL_SAMPLES, TRAIN_IMAGES)
    train = evaluate(model, *seen, objective, FINAL_SAMPLES, 0)
    measured = (test.metrics.log_likelihood, train.metrics.log_likelihood, test.metrics.elbo or 0.0)
    require(all(map(math.isfinite, measured)), "import.no_finite_image", data=data.title)
    run = Run(
        run_id=name_of(title),
        title=title,
        model=config,
        training=TrainingConfig(data=data.name, objective=family_of(config.family).objective, weights=objective),
        data=data.record(),
        test=test.metrics,
        train=train.metrics,
        epochs_done=0,
        seconds=0.0,
        images_per_second=0.0,
        device="",
        parameter_count=model.parameter_count(),
        made=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        versions={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    )
    return Checkpoint(run, weights, (), replace(test.latents, labels=data.test_y), scores=test.scores)


def name_of(title: str) -> str:
    """A title as a folder and a link can have it."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:MOST_NAME].strip("-")
    return plain or "model"


def _stored(weights: dict[str, Array]) -> dict[str, Array]:
    """In half precision where that loses nothing, as our own files are."""
    for name, numbers in weights.items():
        require(bool(np.isfinite(numbers).all()), "import.weights_not_finite", name=name)
    with np.errstate(over="ignore"):  # what is too large for a half is not exact
        halves = {name: numbers.astype(np.float16) for name, numbers in weights.items()}
    exact = all(np.array_equal(halves[name].astype(numbers.dtype), numbers) for name, numbers in weights.items())
    return halves if exact else weights
