"""What the trainer in the page (live/trainer/) is given: sheets of images to learn from, and plans that it can follow.

A sheet is training images, their labels, test images, theirs, a byte a pixel and a byte a label, in gzip. Knows data
sets and plans; knows no page.
"""

import functools
import gzip
import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from datasets.catalogue import load, require_known
from datasets.data_set import DataSet
from datasets.own.shelf import is_own
from models.errors import InputError, Reason
from models.run import DataRecord, TrainingConfig
from training.plans import Plan
from training.recipes import SLOWER_SETS

OBJECTIVES = ("elbo", "beta-elbo", "mmd", "infovae", "reconstruction", "kl")  # rows of live/trainer/objectives.js
# what live/trainer/ does as the engine does it, and nothing else
SETTINGS: dict[str, tuple[Any, ...]] = {
    "optimizer": ("adam", "muon"), "schedule": ("cosine",), "initialisation": ("torch",), "weight_decay": (0.0,),
    "beta_warmup": (0,), "capacity_epochs": (0,),
}  # fmt: skip
WHITE = 255
MEGABYTE = 1_000_000
MOST_MEGABYTES = 16  # of one's own images, unpacked: a page holds them twice


@dataclass(frozen=True)
class Sheet:
    """How much of a data set goes along: images to learn from and to measure with, None for all, and in how many grey
    levels. Its file is then at most 2 MB.
    """

    train: int | None = None
    test: int | None = None
    levels: int = 256
    quick: tuple[int, ...] | None = (
        None  # a network for Quick, where the app's is too large for some seconds of one core
    )
    epochs: tuple[int, int, int] | None = None  # of Quick, Good and Best, where the app's are for six times as many


SHEETS = {
    "digits": Sheet(quick=(64, 64)),  # -25.2 nats instead of -24.9, in a quarter of the time
    "mnist": Sheet(10_000, 2_000, epochs=(6, 24, 60)),
    "fashion-mnist": Sheet(8_000, 1_000, 17, epochs=(6, 24, 60)),
    "rhythms": Sheet(8_000, 1_000, epochs=(4, 16, 40)),
}


@functools.cache
def sheet_of(name: str) -> tuple[DataRecord, bytes]:
    """What a checkpoint remembers of a sheet's images, and the sheet."""
    return _packed(load(name, download=False), SHEETS[name])


def sheet_file(name: str) -> tuple[DataRecord, bytes]:
    """The sheet of a set that the page may learn from; of one's own images nothing is kept in memory.

    Raises InputError for another.
    """
    if not is_own(name) and name in SHEETS:
        return sheet_of(name)
    if reason := _unfit(name):
        raise InputError.of(reason)
    return _packed(load(name, download=False), Sheet())


def _packed(data: DataSet, sheet: Sheet) -> tuple[DataRecord, bytes]:
    train, test = data.train_x[: sheet.train], data.test_x[: sheet.test]
    parts = (_in_levels(train, sheet), data.train_classes[: sheet.train],
             _in_levels(test, sheet), data.test_classes[: sheet.test])  # fmt: skip
    content = b"".join(part.tobytes() for part in parts)
    same = (len(train), len(test), sheet.levels) == (len(data.train_x), len(data.test_x), 256)
    digest = data.digest if same else None
    record = replace(data.record(), train_count=len(train), test_count=len(test), digest=digest)
    return record, gzip.compress(content, mtime=0)


def _in_levels(images: np.ndarray, sheet: Sheet) -> np.ndarray:
    step = np.float32(WHITE / (sheet.levels - 1))
    levels: np.ndarray = np.rint(np.rint(images / step) * step).astype(np.uint8)
    return levels


def lacking(plan: Plan) -> Reason | None:
    """Why the page can't train this; None where it can."""
    model, training = plan.model, plan.training
    if model.network != "mlp":
        return Reason("page.network")
    if model.dial or model.learns_prior or training.objective not in OBJECTIVES:
        return Reason("page.kind")
    if training.shift:
        return Reason("page.shift")
    if training.weights.learns_std:
        return Reason("page.learnt_std")
    other = [name for name, known in SETTINGS.items() if getattr(training, name) not in known]
    if other:
        return Reason("page.setting", {"name": other[0], "value": str(getattr(training, other[0]))})
    return _unfit(training.data)


def _unfit(name: str) -> Reason | None:
    """Why the page can't learn from these images."""
    source = require_known(name)
    if not is_own(name):
        return None if name in SHEETS else Reason("page.images", {"title": source.title})
    megabytes = source.train_count * math.prod(source.image) / MEGABYTE
    values = {"title": source.title, "megabytes": round(megabytes), "most": MOST_MEGABYTES}
    return Reason("page.too_large", values) if megabytes > MOST_MEGABYTES else None


def as_here(plan: Plan) -> Plan:
    """The plan as the page carries it out: with Adam in float32, and as many images seen where a sheet holds a part."""
    training = without_muon(plan.training)
    part = (SHEETS[training.data].train if training.data in SHEETS else None) or math.inf
    passes = max(1.0, require_known(training.data).train_count / part)
    epochs = round(training.epochs * passes)
    return replace(plan, training=replace(training, precision="float32", held_out=0.0, epochs=epochs))


def without_muon(training: TrainingConfig) -> TrainingConfig:
    """The settings with Adam's own rate and batch, which suited Quick before it had Muon."""
    if training.optimizer != "muon":
        return training
    rate = training.learning_rate / (2 if training.data in SLOWER_SETS else 1)
    return replace(training, optimizer="adam", batch_size=64, learning_rate=rate)


def plan_records(plan: Plan) -> dict[str, Any]:
    """The records of model and training, as a checkpoint has them."""
    return {
        "model": asdict(plan.model), "training": asdict(plan.training), "conditional": plan.model.conditional,
    }  # fmt: skip


def begin(plan: Plan, run_id: str, file: str) -> dict[str, Any]:
    """What the page begins with; `file`: where its sheet is, relative to the page. Raises InputError."""
    record, _ = sheet_file(plan.training.data)
    return {
        "plan": {"run_id": run_id, "title": plan.title, **plan_records(plan)},
        "set": {"name": record.name, "title": record.title, "file": file, "image": list(plan.model.image),
                "record": asdict(record)},
    }  # fmt: skip
