"""What the view of a dial is told besides (`DialData` in live/contract.d.ts): its values, and networks trained alone.

Knows the library; knows nothing of Streamlit.
"""

from typing import Any

from analysis.glide import glide_errors
from live.library import OpenModel, dial, images_are_here, once, test_images
from models.series import Series

GLIDING = 200  # test images on which the glide is measured


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
        "glide": once(opened, "glide", lambda: _glide(opened, series)),
    }


def _glide(opened: OpenModel, series: Series) -> dict[str, float] | None:
    """How far codes that glide are from codes encoded anew, half way in the middle and in the worst of the gaps, in
    standard deviations of the prior; None where the test images are not on this machine.
    """
    found = test_images(opened.checkpoint.run.data).images if images_are_here(opened.checkpoint.run) else None
    count = min(GLIDING, series.mu.shape[1])
    if found is None or len(series.values) < 2:
        return None
    labels = opened.checkpoint.latents.class_of_each()[:count].long()
    medians = sorted(
        row.median for row in glide_errors(opened.checkpoint.model, series, found[:count].float() / 255, labels)
    )
    return {"middle": medians[len(medians) // 2], "most": medians[-1], "images": count}


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
