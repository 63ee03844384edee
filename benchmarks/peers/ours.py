"""Our own loop, `training.loop.train`, as the command line runs it. `--mode`: float32, bfloat16 or a recipe's name.

A recipe brings its own network and schedule, whatever `--network` says.
"""

import math
import sys
from functools import partial

from benchmarks.peers.measuring import BATCH, LEARNING_RATE, WIDTH, After, Task, Train, main
from models.run import EpochRecord


def _elbo(record: EpochRecord) -> float:
    return -math.inf if record.test.elbo is None else record.test.elbo


def make(task: Task) -> Train:
    """Its training."""
    import numpy as np
    import torch

    from datasets.catalogue import SOURCES
    from datasets.data_set import DataSet
    from training.device import use_threads
    from training.heap import keep_heap
    from training.loop import EpochDone
    from training.loop import train as run
    from training.plans import Plan, make_plan
    from training.recipes import RECIPES, recipe_parts
    from training.state import TrainState

    use_threads(task.cores)
    keep_heap()
    images, tests = (part.copy()[:, None] for part in (task.images, task.tests))

    def plan_for(epochs: int) -> Plan:
        if task.mode in RECIPES:
            model, training = recipe_parts(task.mode, "mnist")
        else:
            mlp = {"widths": (WIDTH,), "activation": "relu"}
            model = {"network": task.network} | (mlp if task.network == "mlp" else {})
            training = {"epochs": epochs, "learning_rate": LEARNING_RATE, "schedule": "constant", "warmup": 0.0}
            training |= {"precision": task.mode, "batch_size": BATCH, "clip_norm": 0.0}
        return make_plan("vae", "mnist", model=model, training=training)

    def train(count: int, epochs: int, after: After) -> None:
        plan, seen = plan_for(epochs), len(tests) if epochs > 2 else 1000
        labels, test_labels = (np.zeros(len(part), np.uint8) for part in (images[:count], tests[:seen]))
        names = SOURCES["mnist"].class_names
        data = DataSet("mnist", "MNIST", names, images[:count], labels, tests[:seen], test_labels)
        state = TrainState("benchmark", plan.title, plan.model, plan.training, data.record(), torch.device("cpu"))
        for event in run(state, data):
            if isinstance(event, EpochDone) and after(event.record.seconds, partial(_elbo, event.record)):
                return

    return train


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], make))
