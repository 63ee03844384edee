"""Renews comparing.json from Python's functions: `python -m tests.cases.comparing`.

The table of cases for what Compare's page computes and Python does too; tests/analysis/test_alignment.py and
tests/models/test_mmd.py hold Python to it, tests/js/comparing.test.mjs the page. An object:

    align          other: [images][latent]; codes: [images][own]; scaled; explained, scale, degrees (null beyond two
                   latents), mirrored; turned: [images][latent], the codes in the other's frame
    kernel_means   codes: [images][latent]; bandwidth; within, across, prior: means of the kernel between two codes, a
                   code and a sample of the prior, two samples of the prior
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from analysis.alignment import align
from models.mmd import kernel_means

FILE = Path(__file__).with_name("comparing.json")
TOLERANCE = 1e-5
Case = dict[str, Any]


def answer(group: str, case: Case) -> Case:
    """What Python computes for a case."""
    return {"align": _align, "kernel_means": _kernel_means}[group](case)


def _align(case: Case) -> Case:
    codes = np.array(case["codes"], np.float64)
    found = align(np.array(case["other"], np.float64), codes, case["scaled"])
    return {"explained": found.explained, "scale": found.scale, "degrees": found.degrees, "mirrored": found.mirrored,
            "turned": found.apply(codes).tolist()}  # fmt: skip


def _kernel_means(case: Case) -> Case:
    found = kernel_means(torch.tensor(case["codes"], dtype=torch.float64), case["bandwidth"])
    return {"within": found.within, "across": found.across, "prior": found.prior}


def questions() -> dict[str, list[Case]]:
    """The cases without their answers: noise, planted turns and mirrors, sizes that differ, codes far out."""
    draw = torch.Generator().manual_seed(0)
    aligns, means = [], []
    for latent, own, about in ((2, 2, "two latents"), (3, 3, "three"), (5, 2, "five and two"), (2, 4, "two and four"),
                               (1, 1, "one")):  # fmt: skip
        other, codes = _drawn(draw, 12, latent), _drawn(draw, 12, own)
        near = (other[:, :1] * 0.3 + codes).round(decimals=5)
        for scaled in (False, True):
            aligns.append({"about": about, "other": other.tolist(), "codes": near.tolist(), "scaled": scaled})
        for bandwidth in ("two-dim", "dim-squared", "dim"):
            means.append({"about": f"{about}, {bandwidth}", "codes": codes.tolist(), "bandwidth": bandwidth})
    return {"align": aligns, "kernel_means": means}


def _drawn(draw: torch.Generator, images: int, latent: int) -> Tensor:
    return (torch.randn(images, latent, generator=draw, dtype=torch.float64) * 1.3 + 0.4).round(decimals=5)


def main() -> None:
    """Writes the file anew, a case a line."""
    groups = []
    for group, cases in questions().items():
        lines = ",\n".join("  " + json.dumps(case | _rounded(answer(group, case))) for case in cases)
        groups.append(f' "{group}": [\n{lines}\n ]')
    FILE.write_text("{\n" + ",\n".join([f' "tolerance": {TOLERANCE}', *groups]) + "\n}\n")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
