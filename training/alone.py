"""The proof of a dial: networks of its shape, trained for one value alone, set beside it.

`python -m training dial-proof NAME` trains them for a dial in the gallery, several seeds a value, and writes what they
reach into its series. Each network is noted when it is done, so a proof that was stopped goes on. Knows the loop and
the gallery; knows no screen but lines of text.
"""

import argparse
import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from datasets.catalogue import load as load_data
from datasets.data_set import DataSet
from models import checkpoint as checkpoints
from models import gallery
from models.atomic import write_file
from models.errors import InputError, require
from models.run import Run
from models.series import Alone
from training.device import on, pick_device, use_threads
from training.dial import MMD_CODES
from training.evaluate import evaluate
from training.heap import keep_heap
from training.loop import train
from training.state import TrainState

VALUES = {"beta": (0.25, 1.0, 4.0, 8.0, 16.0), "lambda": (0.01, 1.0, 100.0, 1000.0, 10000.0)}
SEEDS, EPOCHS = 3, 8
SAMPLES = 4  # draws an image, for distortions known to 0.03 nats
WATCHED = 200  # test images after each epoch: nobody looks at them


@dataclass(frozen=True)
class Reached:
    """One network trained for one value alone: its rate (KL, or MMD² for lambda) and distortion on the test set."""

    value: float
    seed: int
    epochs: int
    rate: float
    distortion: float


def train_alone(run: Run, value: float, seed: int, epochs: int, data: DataSet) -> Reached:
    """Trains the dial's network without its gates for one value, with its settings but for seed and epochs."""
    assert run.model.dial is not None
    axis = run.model.dial.axis
    weights = run.training.weights
    weights = replace(weights, beta=value) if axis == "beta" else replace(weights, mmd_weight=value)
    training = replace(run.training, weights=weights, seed=seed, epochs=epochs)
    model, device = replace(run.model, dial=None), pick_device()
    state = TrainState("alone", run.title, model, training, data.record(), device)
    labels = None if data.test_y is None else data.test_y[:WATCHED]
    for _ in train(state, replace(data, test_x=data.test_x[:WATCHED], test_y=labels)):
        pass
    test_set = on(device, data.test_x, data.test_classes)
    found = evaluate(state.model, *test_set, weights, SAMPLES, MMD_CODES[axis]).metrics
    paid = found.mmd if axis == "lambda" else sum(found.kl or ())
    assert paid is not None
    return Reached(value, seed, epochs, paid, -found.log_likelihood)


def summary(reached: Iterable[Reached]) -> Alone:
    """Means over the seeds of each value, with the standard error of the mean; 0 where there is one seed."""
    by_value: dict[float, list[Reached]] = {}
    for row in reached:
        by_value.setdefault(row.value, []).append(row)
    columns: list[list[float]] = []
    for value, rows in sorted(by_value.items()):
        rates, distortions = [row.rate for row in rows], [row.distortion for row in rows]
        objectives = [row.distortion + value * row.rate for row in rows]
        columns.append([
            value, statistics.fmean(rates), _error(rates), statistics.fmean(distortions), _error(distortions),
            _error(objectives), len(rows), statistics.fmean(row.epochs for row in rows),
        ])  # fmt: skip
    return Alone(*np.array(columns, np.float32).T.copy())


def main(arguments: Sequence[str], load: Callable[[str], DataSet] = load_data) -> int:
    """The command line of the proof; raises InputError for a model that is no dial."""
    parser = argparse.ArgumentParser(
        prog="python -m training dial-proof",
        description="Trains networks for one value of a dial alone, several seeds each, and writes what they reach "
        "into the dial's series, which the page shows beside it.",
    )
    parser.add_argument("name", help="a dial in the gallery")
    parser.add_argument(
        "--values", type=_numbers, metavar="A,B,..",
        help="default: 0.25,1,4,8,16 of a dial over beta, 0.01,1,100,1000,10000 of lambda",
    )  # fmt: skip
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"networks a value (default: {SEEDS})")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"of each (default: {EPOCHS})")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    options = parser.parse_args(arguments)
    use_threads(options.threads)
    keep_heap()
    prove(options.name, options.values, options.seeds, options.epochs, load)
    return 0


def prove(
    run_id: str, values: Sequence[float] | None, seeds: int, epochs: int, load: Callable[[str], DataSet] = load_data
) -> None:
    """Trains what is missing, a line each, and writes the summary into the dial's series. `values`: None: `VALUES`."""
    folder = gallery.checkpoint_folder() / run_id
    series, run = checkpoints.load_dial(folder), checkpoints.load_run(folder)
    require(series is not None, "dial.none", name=run_id)
    assert series is not None
    values = values or VALUES[series.axis]
    noted = gallery.unfinished_path(run_id).with_suffix(".alone.jsonl")
    rows = _read(noted)
    wanted = [(seed, value) for seed in range(seeds) for value in values]
    missing = [pair for pair in wanted if not any((row.seed, row.value, row.epochs) == (*pair, epochs) for row in rows)]
    data = load(run.training.data) if missing else None
    for seed, value in missing:
        assert data is not None
        row = train_alone(run, value, seed, epochs, data)
        rows.append(row)
        _note(noted, rows)
        objective = row.distortion + value * row.rate
        paid = f"rate {row.rate:.2f}" if series.axis == "beta" else f"MMD² {row.rate:.5f}"
        said = f"{paid}, distortion {row.distortion:.2f}, sum {objective:.2f}"
        print(f"{series.axis} {value:g}, seed {seed}: {said}", flush=True)
    kept = [row for row in rows if (row.seed, row.value) in wanted and row.epochs == epochs]
    checkpoint = checkpoints.load(folder, with_series=True)
    assert checkpoint.dial is not None
    gallery.add(replace(checkpoint, dial=replace(checkpoint.dial, alone=summary(kept))), replace=True)
    noted.unlink(missing_ok=True)


def _error(numbers: Sequence[float]) -> float:
    return statistics.stdev(numbers) / len(numbers) ** 0.5 if len(numbers) > 1 else 0.0


def _read(path: Path) -> list[Reached]:
    """The networks that were noted; a damaged line is left out, and its network trained again."""
    rows = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            rows.append(Reached(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return rows


def _note(path: Path, rows: Iterable[Reached]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, "".join(json.dumps(asdict(row)) + "\n" for row in rows).encode())


def _numbers(text: str) -> tuple[float, ...]:
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be numbers joined by commas, as in 0.25,1,4; got {text!r}") from None
    if not all(value >= 0 for value in values):
        raise InputError("dial.values", got=text)
    return values
