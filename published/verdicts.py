"""How numbers judge a claim: a verdict as a code, and the values that its sentence shows.

Each judge takes what is known of the claim's programs, measurements and settings by their names. Knows numbers only.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from analysis.paired import ERRORS, too_close
from published.measured import ERROR

DEAD_NATS = 0.01
BURDA_NATS, NEAR_NATS = 86.76, 0.3
KERAS_NATS = 146.95
Facts = Mapping[str, float]


class Verdict(StrEnum):
    """What the numbers say of a claim."""

    HOLDS = "holds"
    IN_PART = "in_part"
    FAILS = "fails"
    TOO_CLOSE = "too_close"


HOLDS, IN_PART, FAILS, TOO_CLOSE = Verdict


@dataclass(frozen=True)
class Judgement:
    """A verdict, and the values that the claim's sentence needs beside the facts of its programs."""

    verdict: Verdict
    values: Mapping[str, Any] = field(default_factory=dict)


def regions(mlp: Facts, cnn: Facts) -> Judgement:
    """Whether the nearest codes name the digit."""
    least = min(mlp["knn_accuracy"], cnn["knn_accuracy"])
    return Judgement(HOLDS if least > 0.8 else IN_PART if least > 0.5 else FAILS)


def label_leaves_z(given: Facts, without: Facts) -> Judgement:
    """Whether codes forget the digit once the label is given."""
    share = given["knn_accuracy"]
    return Judgement(HOLDS if share < 0.2 else IN_PART if share < 0.5 * without["knn_accuracy"] else FAILS)


def beta_kills(plain: Facts, low: Facts, blob: Facts, killed: Facts) -> Judgement:
    """Whether the first dead dimension is at the highest beta, and only one is."""
    programs = {"plain": plain, "low": low, "blob": blob, "killed": killed}
    dead = {role: sum(one[key] < DEAD_NATS for key in ("kl_1", "kl_2")) for role, one in programs.items()}
    verdict = HOLDS if not dead["blob"] and dead["killed"] == 1 else IN_PART if any(dead.values()) else FAILS
    return Judgement(verdict, {f"{role}_dead": count for role, count in dead.items()})


def keras_loss(ours: Facts) -> Judgement:
    """Whether our loss is the published one, within two of its standard errors."""
    loss, error = -ours["elbo"], ours.get("elbo" + ERROR, 0.0)
    difference = abs(loss - KERAS_NATS)
    verdict = HOLDS if difference <= ERRORS * error else IN_PART if difference < 0.05 * KERAS_NATS else FAILS
    return Judgement(verdict, {"loss": loss, "error": error})


def centred(vae: Facts, mmd: Facts) -> Judgement:
    """Whether the MMD-VAE's codes have the prior's mean and spread, and the VAE's have not."""
    spread = abs(mmd["spread"] - 1) < abs(vae["spread"] - 1)
    wins = (_above(vae, mmd, "centre"), spread, _above(vae, mmd, "mmd"), _above(mmd, vae, "coverage"))
    return Judgement(_of_wins(wins))


def smoother(vae: Facts, mmd: Facts) -> Judgement:
    """Whether the largest step of a morph is smaller for the MMD-VAE."""
    verdict = _of_wins([_above(vae, mmd, "morph_jump")])
    return Judgement(verdict, {"vae_jump": _with_error(vae, "morph_jump"), "mmd_jump": _with_error(mmd, "morph_jump")})


def sharper(vae: Facts, mmd: Facts) -> Judgement:
    """Whether samples of the MMD-VAE have steeper edges."""
    return Judgement(_of_wins([_above(mmd, vae, "sharpness")]))


def apart(vae: Facts, mmd: Facts) -> Judgement:
    """Whether the MMD-VAE's classes are further apart, by neighbours and by silhouette."""
    verdict = _of_wins((_above(mmd, vae, "knn_accuracy"), _above(mmd, vae, "silhouette")))
    return Judgement(verdict, {"vae_silhouette": _with_error(vae, "silhouette"),
                               "mmd_silhouette": _with_error(mmd, "silhouette")})  # fmt: skip


def matches_the_prior(zhao: Facts) -> Judgement:
    """Whether codes are where the prior is, and nearly everywhere there."""
    near = zhao["centre"] < 0.5 and abs(zhao["spread"] - 1) < 0.25
    return Judgement(HOLDS if near and zhao["coverage"] > 0.5 else IN_PART if near else FAILS)


def burda_bound(ours: Facts) -> Judgement:
    """Whether our bound is as tight as the published one, within three tenths of a nat."""
    nats = -ours["bound"]
    verdict = HOLDS if nats < BURDA_NATS + NEAR_NATS else IN_PART if nats < BURDA_NATS + 1 else FAILS
    return Judgement(verdict, {"nats": nats, "difference": f"{nats - BURDA_NATS:+.2f}".replace("-", "−")})


def holes(plain: Facts, vae: Facts) -> Judgement:
    """Whether a VAE covers more of the prior than an autoencoder, whose codes are scattered."""
    return Judgement(HOLDS if vae["coverage"] > plain["coverage"] and plain["spread"] > 2 else IN_PART)


def two_terms(only: Facts, kl: Facts, both: Facts) -> Judgement:
    """Whether each term alone fails in its own way."""
    scattered, empty = only["coverage"] < both["coverage"], kl["kl"] < DEAD_NATS * 10
    return Judgement(HOLDS if scattered and empty and both["knn_accuracy"] > kl["knn_accuracy"] else IN_PART)


def _above(ours: Facts, theirs: Facts, key: str) -> bool | None:
    """Whether our value is the greater one; None where two standard errors could turn it."""
    error = math.hypot(ours.get(key + ERROR, 0.0), theirs.get(key + ERROR, 0.0))
    difference = ours[key] - theirs[key]
    return None if too_close(difference, error) else difference > 0


def _of_wins(wins: Sequence[bool | None]) -> Verdict:
    if any(wins):
        return HOLDS if all(wins) else IN_PART
    return TOO_CLOSE if None in wins else FAILS


def _with_error(facts: Facts, key: str) -> str:
    error = facts.get(key + ERROR)
    return f"{facts[key]:.2f}" + (f" ± {error:.2f}" if error is not None else "")
