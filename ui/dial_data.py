"""What the view of a dial is told besides (`DialData` in live/contract.d.ts): its values, and networks trained alone.

Knows the library; knows nothing of Streamlit.
"""

from typing import Any

from live.library import OpenModel, dial
from live.made import made_of
from models.series import Series


def dial_data(opened: OpenModel) -> dict[str, Any]:
    """The steps of a model's dial, rising, nats an image of the whole test set; raises InputError where it has none."""
    series = dial(opened)
    turned = opened.checkpoint.run.model.dial
    return {
        "axis": series.axis,
        "oneNetwork": True,
        "origin": turned.origin if turned else series.values[0],
        "images": series.mu.shape[1],
        "widths": series.log_var is not None,
        "steps": _steps(series),
        "alone": _alone(series),
        "glide": _glide(opened),
    }


def _glide(opened: OpenModel) -> dict[str, float] | None:
    """How far codes that glide are from codes encoded anew, see live/made.py; None where it could not be measured."""
    found = made_of(opened).glide
    return found and dict(zip(("middle", "most", "images"), found, strict=True))


def _steps(series: Series) -> list[dict[str, Any]]:
    count = len(series.values)
    kl = series.kl.tolist() if series.kl is not None else [None] * count
    distortion = series.distortion.tolist() if series.distortion is not None else [None] * count
    mmd = series.mmd.tolist() if series.mmd is not None else [None] * count
    return [
        {"value": value, "kl": nats or [], "distortion": away, "mmd": distance,
         "elbo": None if nats is None else -away - sum(nats)}
        for value, nats, away, distance in zip(series.values, kl, distortion, mmd, strict=True)
    ]  # fmt: skip


def _alone(series: Series) -> list[dict[str, float]]:
    found = series.alone
    if found is None:
        return []
    columns = {
        "value": found.value, "rate": found.rate, "rateError": found.rate_error, "distortion": found.distortion,
        "distortionError": found.distortion_error, "objectiveError": found.objective_error, "seeds": found.seeds,
        "epochs": found.epochs,
    }  # fmt: skip
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]
