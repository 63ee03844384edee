"""An objective as a sum of terms of one image, each with a sign and a weight: what the page adds up.

A new objective needs a row of `TERMS`; one that has no form for a single image has none, and the page says so. The
tests hold each row to the function of models/objectives.py. Knows objectives' names and weights; draws nothing.
"""

from dataclasses import dataclass
from typing import Any

from models.aims import KERNEL_WIDTHS, Weights


@dataclass(frozen=True)
class Term:
    """`name`: what it is, as in `code_lines.CODE`. `weight`: of `Weights`; `symbol`: its letter in papers."""

    name: str
    sign: int = 1
    weight: str = ""
    symbol: str = ""


_LIKELIHOOD = Term("log_likelihood")
TERMS: dict[str, tuple[Term, ...]] = {
    "elbo": (_LIKELIHOOD, Term("kl", -1)),
    "elbo-monte-carlo": (_LIKELIHOOD, Term("kl_draw", -1, "beta", "β")),
    "beta-elbo": (_LIKELIHOOD, Term("kl", -1, "beta", "β")),
    "capacity-elbo": (_LIKELIHOOD, Term("kl_off_capacity", -1, "gamma", "γ")),
    "mmd": (_LIKELIHOOD, Term("mmd", -1, "mmd_weight", "λ")),
    "infovae": (
        _LIKELIHOOD,
        Term("kl", -1, "info_kl", "(1 − α)"),
        Term("mmd", -1, "info_mmd", "(α + λ − 1)"),
    ),
    "reconstruction": (_LIKELIHOOD,),
    "kl": (Term("kl", -1),),
}


def objective_json(objective: str, weights: Weights, latent_dim: int, learnt: bool = False) -> dict[str, Any]:
    """What `live/engine/numbers.js` calls an Objective; its `terms` are None without a form for a single image.

    `learnt`: whether the prior is; the terms are those of N(0, I), so there are none then either.
    """
    row = None if learnt else TERMS.get(objective)
    terms = row and [
        {
            "name": term.name,
            "sign": term.sign,
            "weight": getattr(weights, term.weight) if term.weight else 1.0,
            "symbol": term.symbol,
        }
        for term in row
    ]
    return {
        "terms": terms,
        "learnt": learnt,
        "likelihood": {"name": weights.density, "pixelStd": weights.pixel_std},
        "capacity": weights.capacity,
        "kernel": KERNEL_WIDTHS[weights.bandwidth](latent_dim),
    }
