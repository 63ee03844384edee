"""From a finished training to a checkpoint: rounds the weights, measures what will be shown, writes it down.

Knows state, data and checkpoints; knows nothing of screens.
"""

import datetime
import platform
from dataclasses import replace
from importlib.metadata import version

import torch

from datasets.data_set import DataSet
from datasets.drawing import drawn_once
from models.checkpoint import Checkpoint
from models.run import Run
from training.device import device_name, on
from training.dial import measure_dial
from training.evaluate import StopCheck, evaluate, fitted, never_stop
from training.state import TrainState

LIBRARIES = ("torch", "numpy", "safetensors")
FINAL_SAMPLES = 8
TRAIN_IMAGES = 10_000


def finish(
    state: TrainState, data: DataSet, weights_type: torch.dtype = torch.float16, should_abandon: StopCheck = never_stop
) -> Checkpoint:
    """The checkpoint of a run. The weights are stored as `weights_type`; all numbers are measured after rounding.

    Where images were held out, the weights are those of the best epoch by them.
    Metrics: 8 draws an image on the test set and on the first 10,000 training images, MMD over 10,000 codes. A dial has
    them at its origin, and is measured at its values too. A learnt deviation is told from these training images.
    Raises Abandoned when `should_abandon` says so.
    """
    state.take_best()
    rounded = {name: tensor.detach().cpu().to(weights_type) for name, tensor in state.model.state_dict().items()}
    state.model.load_state_dict({name: tensor.float() for name, tensor in rounded.items()})
    device = state.device
    train_x, train_y = data.train_x[:TRAIN_IMAGES], data.train_classes[:TRAIN_IMAGES]
    learnt = on(device, drawn_once(train_x) if data.draws else train_x, train_y)
    weights = fitted(state.training.weights, state.model, *learnt)
    training = replace(state.training, weights=weights)
    test_set = on(device, data.test_x, data.test_classes)
    test = evaluate(state.model, *test_set, weights, FINAL_SAMPLES, TRAIN_IMAGES, should_abandon)
    train = evaluate(state.model, *learnt, weights, FINAL_SAMPLES, 0, should_abandon)
    images = state.step * min(state.training.batch_size, len(data.train_x))
    run = Run(
        run_id=state.run_id,
        title=state.title,
        model=state.model.config,
        training=training,
        data=data.record(),
        test=test.metrics,
        train=train.metrics,
        epochs_done=state.epoch,
        seconds=round(state.seconds, 3),
        images_per_second=round(images / max(state.seconds, 1e-9), 1),
        device=device_name(device),
        parameter_count=state.model.parameter_count(),
        made=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        versions={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        program=None if state.training.changes else state.program,  # what was turned is no program's any more
        kept_epoch=state.best_epoch or None,
    )
    latents = replace(test.latents, labels=data.test_y)
    turning = state.model.config.dial is not None
    dial = measure_dial(state.model, data, weights, device, should_abandon) if turning else None
    kept = {name: tensor.numpy() for name, tensor in rounded.items()}
    return Checkpoint(run, kept, tuple(state.history), latents, dial=dial, scores=test.scores)
