"""Models that are worth looking at side by side: the table of ready sets, each with a question and what answers it.

The right answer and its numbers come from the models' records and codes alone. Knows no screen and no words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from analysis.metrics.active_units import collapsed
from models.errors import InputError, require
from models.run import Run

Hides = Literal["titles", "maps", "nothing"]
EMPTY_NATS, ALIKE = 0.1, 0.25  # a code that carries less says nothing; two MMD² this near, as a share, are alike
FAR, FARTHER = 2.0, 6.0  # how many times as wide a cloud is: about as wide, far, out of the picture


@dataclass(frozen=True)
class Facts:
    """A model's record, and `codes`: the means of its test images."""

    run: Run
    codes: Float[np.ndarray, "images latent"]

    @property
    def spread(self) -> float:
        """The standard deviation of the codes, over all their numbers; the prior's is 1."""
        return float(np.sqrt(self.codes.astype(np.float64).var(axis=0).mean()))


@dataclass(frozen=True)
class Outcome:
    """Which option is `right`, counted from 0, and the numbers that say so, by their names in the words."""

    right: int
    values: Mapping[str, float | str]


@dataclass(frozen=True)
class ReadySet:
    """`models`: ids. `options`: how many answers the question has, all but one wrong; 0 for a pin on the map.

    `hides`: what is not shown until somebody has answered; of maps, the one at `hidden`. `judge` raises InputError
    where a number that it needs is not in a record.
    """

    name: str
    models: tuple[str, ...]
    options: int
    hides: Hides
    judge: Callable[[Sequence[Facts]], Outcome]
    hidden: int = -1


def outcome(chosen: ReadySet, facts: Sequence[Facts]) -> Outcome:
    """What our records say to a set's question. Raises InputError where they don't."""
    require(
        len(facts) == len(chosen.models),
        "ready_set.models",
        name=chosen.name,
        wanted=len(chosen.models),
        got=len(facts),
    )
    return chosen.judge(facts)


def set_of(models: Sequence[str]) -> ReadySet | None:
    """The ready set of exactly these models in this order."""
    return next((one for one in READY_SETS.values() if one.models == tuple(models)), None)


def _told_the_label(facts: Sequence[Facts]) -> Outcome:
    """Which model was told the class: its codes need not say it. Numbers: log p(x|z) of it and of the next best."""
    right = [number for number, one in enumerate(facts) if one.run.model.conditional]
    require(len(right) == 1, "ready_set.not_conditional")
    copies = [one.run.test.log_likelihood for one in facts]
    others = [copy for number, copy in enumerate(copies) if number != right[0]]
    return Outcome(right[0], {"copy": copies[right[0]], "next": max(others)})


def _fills_the_prior(facts: Sequence[Facts]) -> Outcome:
    """Whose codes lie as the prior does: the first's, the second's, or both alike."""
    first, second = (_number(one.run.test.mmd) for one in facts)
    alike = abs(first - second) < ALIKE * max(abs(first), abs(second))
    spreads = {"spread_a": facts[0].spread, "spread_b": facts[1].spread}
    return Outcome(2 if alike else int(second < first), {"mmd_a": first, "mmd_b": second, **spreads})


def _what_beta_does(facts: Sequence[Facts]) -> Outcome:
    """What is left at the largest beta: as much as before, one number that says nearly nothing, or none."""
    kl = _kl(facts[-1])
    silent = sum(nats < EMPTY_NATS for nats in kl)
    right = 0 if not silent else 2 if silent == len(kl) else 1
    first, last = sorted(_kl(facts[0]), reverse=True), sorted(kl, reverse=True)
    values = {"first_a": first[0], "first_b": first[1], "last_a": last[0], "last_b": last[1]}
    return Outcome(right, {"beta": facts[-1].run.training.weights.beta, **values})


def _price_alone(facts: Sequence[Facts]) -> Outcome:
    """What a model that was trained on its price alone draws: digits without order, the same everywhere, or digits."""
    kl, copy = _kl(facts[1]), facts[1].run.test.log_likelihood
    dead = len(collapsed(kl)) == len(kl)
    return Outcome(1 if dead else 2, {"kl": sum(kl), "copy": copy, "both": facts[2].run.test.log_likelihood})


def _how_far_out(facts: Sequence[Facts]) -> Outcome:
    """How much wider the first cloud is than the second: about as wide, a few times, many times."""
    times = facts[0].spread / facts[1].spread
    return Outcome(0 if times < FAR else 1 if times < FARTHER else 2, {"times": times, "spread": facts[0].spread})


def _where_is_it(facts: Sequence[Facts]) -> Outcome:
    """A pin: the page compares it with the code itself. Numbers: the ELBOs, and how far apart they are."""
    elbos = [_number(one.run.test.elbo) for one in facts]
    return Outcome(-1, {"low": min(elbos), "high": max(elbos), "apart": max(elbos) - min(elbos)})


def _kl(facts: Facts) -> Sequence[float]:
    kl = facts.run.test.kl
    if kl is None or len(kl) < 2:
        raise InputError("ready_set.no_kl", name=facts.run.run_id)
    return kl


def _number(value: float | None) -> float:
    if value is None:
        raise InputError("ready_set.not_defined")
    return value


_ROWS = (
    ReadySet(
        "four-objectives", ("mnist-vae", "mnist-cvae", "mnist-beta-vae", "mnist-mmd-vae"), 4, "titles", _told_the_label,
    ),
    ReadySet("r-post", ("post-vae", "post-mmd-vae"), 3, "maps", _fills_the_prior),
    ReadySet("r-post-mnist", ("post-vae-mnist", "post-mmd-vae-mnist"), 3, "maps", _fills_the_prior),
    ReadySet("book-betas", ("book-cvae", "book-beta-7", "book-beta-9", "book-beta-10"), 3, "maps", _what_beta_does),
    ReadySet("deck-forces", ("deck-reconstruction", "deck-kl", "deck-both"), 3, "maps", _price_alone, hidden=1),
    ReadySet("three-seeds", ("mnist-vae", "mnist-vae-seed-1", "mnist-vae-seed-2"), 0, "maps", _where_is_it, hidden=1),
    ReadySet("autoencoder-vae", ("mnist-autoencoder", "mnist-vae"), 3, "maps", _how_far_out, hidden=0),
)  # fmt: skip
READY_SETS = {row.name: row for row in _ROWS}
