"""Times a few batches of the very network on the very data, to say how long a training will take.

`python -m training.timing` reads plans as lines of JSON and answers each with its estimate. Knows the loop; knows
nothing of jobs or screens. On a machine that is busy the answer is that of a busy machine.
"""

import json
import statistics
import sys
import time
from contextlib import suppress
from dataclasses import asdict

import torch

from datasets.catalogue import load
from datasets.data_set import DataSet
from models import strict_json
from models.mmd import mmd_to_prior
from training.device import job_threads, on, pick_device, use_threads
from training.dial import STEPS
from training.estimate import Estimate
from training.evaluate import evaluate
from training.finish import FINAL_SAMPLES, TRAIN_IMAGES
from training.held_out import DRAWS, with_held_out
from training.loop import steps_per_epoch, train
from training.plans import Plan
from training.state import TrainState

WARM_UP, MOST_BATCHES = 3, 20
LONGEST_SECONDS = 1.0
PROBE_IMAGES = 500
EPOCH_CODES = 2000  # those of `evaluate` after each epoch


def timed(plan: Plan, data: DataSet) -> Estimate:
    """Times up to 20 batches, at most a second of them, after 3 that warm up; nothing of it is kept.

    The median batch counts, so that one hiccup does not. Raises InputError where the plan can't be trained.
    """
    use_threads(job_threads())
    data = with_held_out(data, plan.training.held_out)
    state = TrainState("estimate", plan.title, plan.model, plan.training, data.record(), pick_device())
    steps = steps_per_epoch(len(data.train_x), plan.training.batch_size)
    batches = _time_batches(state, data, steps)
    batch, (test, distance) = statistics.median(batches), _time_test(state, data)
    tested = len(data.test_x) + DRAWS * len(data.held_classes)
    epoch = steps * batch + test * tested + distance * _pairs(len(data.test_x), EPOCH_CODES)
    draws, trained = FINAL_SAMPLES if plan.model.stochastic else 1, min(TRAIN_IMAGES, len(data.train_x))
    end = draws * test * (len(data.test_x) + trained) + distance * _pairs(len(data.test_x), TRAIN_IMAGES)
    if plan.model.dial:
        end += STEPS * (test * len(data.test_x) + distance * _pairs(len(data.test_x), EPOCH_CODES))
    rate = min(plan.training.batch_size, len(data.train_x)) / batch
    return Estimate(plan.training.epochs * epoch + end, epoch, rate, len(batches))


def _time_batches(state: TrainState, data: DataSet, steps: int) -> list[float]:
    """Seconds of each timed batch, measured where the loop asks whether to stop."""
    taken: list[float] = []
    last = time.perf_counter()

    def should_stop() -> bool:
        nonlocal last
        _wait_for(state.device)
        within = state.batch > 0 or steps == 1  # otherwise the test after an epoch lies between
        if state.step > WARM_UP and within:
            taken.append(time.perf_counter() - last)
        last = time.perf_counter()
        return len(taken) >= MOST_BATCHES or sum(taken) >= LONGEST_SECONDS

    for _ in train(state, data, should_stop):
        pass
    return taken or [time.perf_counter() - last]


def _time_test(state: TrainState, data: DataSet) -> tuple[float, float]:
    """Seconds to test one image with one draw, and of one pair of codes in the MMD; the second of two goes counts."""
    images, labels = on(state.device, data.test_x[:PROBE_IMAGES], data.test_classes[:PROBE_IMAGES])
    taken = distance = 0.0
    for _ in range(2):
        began = time.perf_counter()
        evaluation = evaluate(state.model, images, labels, state.training.weights, mmd_codes=0)
        _wait_for(state.device)
        middle = time.perf_counter()
        mmd_to_prior(torch.from_numpy(evaluation.latents.mu))
        taken, distance = middle - began, time.perf_counter() - middle
    return taken / len(images), distance / len(images) ** 2


def _pairs(images: int, codes: int) -> int:
    return min(images, codes) ** 2


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def main() -> None:
    """Reads a plan a line and writes its estimate, or the problem, until nobody asks any more."""
    with suppress(KeyboardInterrupt):  # of the terminal that ends the server
        for line in sys.stdin:
            print(json.dumps(_answer(line)), flush=True)


def _answer(line: str) -> dict[str, object]:
    try:
        plan = strict_json.read(Plan, line, "plan")
        return asdict(timed(plan, load(plan.training.data, download=False)))
    except Exception as error:  # whatever it is, the process that asks has a sentence for it
        return {"problem": str(error) or type(error).__name__}


if __name__ == "__main__":
    main()
