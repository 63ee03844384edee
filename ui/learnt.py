"""What a model of somebody's own images has learnt of them, in words and in pairs of images.

Knows Streamlit and what was measured; each sentence stands on a measurement.
"""

import base64
from collections.abc import Iterator

import streamlit as st

from analysis.metrics.active_units import collapsed
from live.copies import copies_of, copies_picture, sharpness_of_copies
from live.library import OpenModel, is_own
from live.words import nats, t
from models.errors import InputError
from models.run import Metrics

LARGE_SHARE, LARGE_NATS = 0.05, 4.0  # a gap above both, as training/health.py has it, is large
BLURRED = 0.6  # of the sharpness of the images


def show(opened: OpenModel) -> None:
    """Everything that is said of a model of own images; nothing of any other."""
    if not is_own(opened.checkpoint.run):
        return
    items = "".join(f"<li>{sentence}</li>" for sentence in _sentences(opened))
    st.html(f'<ul class="lp-learnt">{items}</ul>')
    try:
        found = copies_of(opened)
        picture = base64.b64encode(copies_picture(opened, found)).decode() if found else ""
    except InputError:  # deleted just now
        return
    if found is None:
        return
    verdict = t("learnt.copies.yes" if found.nearly else "learnt.copies.no")
    st.caption(t("learnt.copies"))
    st.html(f'<img class="lp-tiles" src="data:image/png;base64,{picture}" alt="{t("learnt.copies.alt")}">')
    st.html(f'<p class="lp-facts">{t("learnt.near", distance=found.distance, own=found.own)} {verdict}</p>')


def _sentences(opened: OpenModel) -> Iterator[str]:
    run = opened.checkpoint.run
    if run.kept_epoch:
        yield t("learnt.kept", epoch=run.kept_epoch, count=run.epochs_done)
    seen, unseen = _quality(run.train), _quality(run.test)
    key = "learnt.gap.large" if is_large(seen, unseen) else "learnt.gap.small"
    yield t(key, train=nats(seen), test=nats(unseen), gap=nats(seen - unseen))
    if dead := collapsed(run.test.kl or ()):
        yield t("learnt.collapsed", count=len(dead), all=run.model.latent_dim)
    share = sharpness_of_copies(opened)
    if share is not None and share < BLURRED:
        yield t("learnt.blurred", share=share)


def is_large(seen: float, unseen: float) -> bool:
    """Whether a model knows its training images better than others, nats."""
    return seen - unseen > max(LARGE_NATS, LARGE_SHARE * abs(unseen))


def _quality(metrics: Metrics) -> float:
    return metrics.log_likelihood if metrics.elbo is None else metrics.elbo
