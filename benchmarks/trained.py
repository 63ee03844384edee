"""One training from start to end, as several benchmarks need it: what it reached on the test set, and its seconds."""

from datasets.data_set import DataSet
from models.run import Metrics
from training.device import on, pick_device
from training.evaluate import evaluate
from training.loop import train
from training.plans import Plan
from training.state import TrainState

DRAWS = 4


def trained(plan: Plan, data: DataSet) -> tuple[Metrics, float]:
    """The test metrics with 4 draws an image, without the MMD; the seconds are the loop's, its tests left out."""
    device = pick_device()
    state = TrainState("benchmark", plan.title, plan.model, plan.training, data.record(), device)
    for _ in train(state, data):
        pass
    test_x, test_y = on(device, data.test_x, data.test_classes)
    return evaluate(state.model, test_x, test_y, plan.training.weights, DRAWS, mmd_codes=0).metrics, state.seconds
