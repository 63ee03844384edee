"""From a finished training to a checkpoint: rounds the weights, measures what will be shown, writes it down.

Knows state, data and checkpoints; knows nothing of screens.
"""

import datetime
import platform
from importlib.metadata import version

import torch

from models.checkpoint import Checkpoint
from models.run import Run
from training.data import DRAW_SEED, DataSet, drawn
from training.device import device_name
from training.evaluate import Asked, evaluate, never
from training.state import TrainState

LIBRARIES = ("torch", "numpy", "safetensors")
FINAL_SAMPLES = 8
TRAIN_IMAGES = 10_000


def finish(
    state: TrainState, data: DataSet, weights_type: torch.dtype = torch.float16, should_leave: Asked = never
) -> Checkpoint:
    """The checkpoint of a run. The weights are stored as `weights_type`; all numbers are measured after rounding.

    Metrics: 8 draws an image on the test set and on the first 10,000 training images, MMD over 10,000 codes.
    Raises Left when `should_leave` says so.
    """
    rounded = {name: tensor.detach().cpu().to(weights_type) for name, tensor in state.model.state_dict().items()}
    state.model.load_state_dict({name: tensor.float() for name, tensor in rounded.items()})
    weights, device = state.training.weights, state.device
    test = evaluate(
        state.model, data.test_x.to(device), data.test_y.to(device), weights, FINAL_SAMPLES, TRAIN_IMAGES, should_leave
    )
    train_x, train_y = data.train_x[:TRAIN_IMAGES], data.train_y[:TRAIN_IMAGES]
    if data.draws:
        train_x = drawn(train_x, torch.Generator().manual_seed(DRAW_SEED))
    train = evaluate(state.model, train_x.to(device), train_y.to(device), weights, FINAL_SAMPLES, 0, should_leave)
    images = state.step * min(state.training.batch_size, len(data.train_x))
    run = Run(
        run_id=state.run_id,
        title=state.title,
        model=state.model.config,
        training=state.training,
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
    )
    return Checkpoint(run, rounded, tuple(state.history), test.latents)
