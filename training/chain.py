"""A chain: models along one weight of the objective, each begun with the network of the one before; one job.

    {"family": "beta-vae", ..., "chain": {"beta": [16, 4, 1]}, "run_id": "digits-beta-vae-2d"}

Its links are specs of their own, in the order in which they are trained; the last has the name of the job. What is no
chain has one link, itself. Knows specs and models on disk; knows nothing of how training runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import checkpoint as checkpoints
from models.run import MAX_TITLE
from training.spec import CHAIN


@dataclass(frozen=True)
class Start:
    """The network that a model begins with instead of random weights: whose it is, and its weights by name."""

    run_id: str
    weights: Mapping[str, NDArray[np.floating[Any]]]


def links_of(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The spec of each link; of a chain that was submitted each with a name of its own."""
    if CHAIN not in spec:
        return [dict(spec)]
    ((weight, values),) = spec[CHAIN].items()
    return [_link(spec, weight, values, number) for number in range(len(values))]


def models_of(spec: Mapping[str, Any]) -> list[str]:
    """The names of the models that a job gives."""
    return [str(link["run_id"]) for link in links_of(spec) if "run_id" in link]


def start_of(names: Sequence[str], number: int, folder: Path) -> Start | None:
    """What a link of that number begins with; None for the first. Raises InputError where that model can't be read."""
    if number == 0:
        return None
    before = names[number - 1]
    return Start(before, checkpoints.load(folder / before).weights)


def _link(spec: Mapping[str, Any], weight: str, values: Sequence[float], number: int) -> dict[str, Any]:
    value = values[number]
    link = {name: held for name, held in spec.items() if name != CHAIN}
    link["weights"] = {**spec.get("weights", {}), weight: value}
    if "title" in spec:
        after = f" after {values[number - 1]:g}" if number else ""
        told = f", {'lambda' if weight == 'mmd_weight' else weight} {value:g}{after}"
        link["title"] = spec["title"][: MAX_TITLE - len(told)] + told
    if "run_id" in spec and number < len(values) - 1:
        link["run_id"] = f"{spec['run_id']}-{number}"
    return link
