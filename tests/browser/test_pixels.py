"""The picture on the page is what torch decodes from the z in the address bar, for each kind of model that ships."""

import numpy as np
import pytest

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, opened

CASES = [("point", "mnist-vae"), ("path", "mnist-cvae"), ("slide", "mnist-beta-vae-10")]


@pytest.mark.parametrize(("tool", "run_id"), CASES, ids=[run_id for _, run_id in CASES])
def test_the_live_image_equals_torchs(open_page: OpenPage, tool: str, run_id: str) -> None:
    config = opened(run_id).run.model
    z = [round(value, 3) for value in np.random.default_rng(0).normal(size=config.latent_dim)]
    label = 4 if config.conditional else None
    condition = {} if label is None else {"class": str(label)}
    live = open_page(tool=tool, model=run_id, z=_text(z), **condition)
    assert live.numbers() == z
    assert far_from(live.levels(), decoded(run_id, z, label)) <= 1
    assert live.levels().max() > 128, "a picture without ink proves nothing"


def _text(z: list[float]) -> str:
    return ",".join(str(value) for value in z)
