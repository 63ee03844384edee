"""Numbers and code in the browser: the figures are torch's, the keys work, the sheet leaves the image in sight."""

import re
from typing import Any

import numpy as np
import pytest
import torch

from live.words import t
from models import checkpoint as checkpoints
from models.latent_model import LatentModel
from models.posterior import Posterior
from tests.browser.conftest import OpenPage
from tests.browser.decoded import SHIPPED, latents_of
from tests.browser.live_page import PHONE, PROJECTOR, LivePage

DRAWER, DIGITS = ".lv-numbers:not([hidden])", 0.0051  # of a number that is shown with two decimals


def wait_shown(live: LivePage, index: int, seed: int = 0) -> None:
    live.page.locator(f'{DRAWER}[data-shown="{index}"][data-seed="{seed}"]').wait_for()


def outputs(live: LivePage) -> list[float]:
    """The values of the terms, the objective last."""
    texts = live.page.locator(f"{DRAWER} output").all_text_contents()
    return [float(re.sub("[^0-9.-]", "", text.replace("−", "-"))) for text in texts]


def box(live: LivePage, selector: str) -> dict[str, Any]:
    found: dict[str, Any] = live.page.locator(selector).first.bounding_box()
    return found


def terms_of(live: LivePage, name: str, index: int, beta: float = 1) -> tuple[float, float]:
    """The likelihood and the KL that an open drawer shows; the KL is torch's, and `beta` its weight."""
    likelihood, kl, objective = outputs(live)
    latents = latents_of(name)
    assert latents.log_var is not None
    here = slice(index, index + 1)
    assert kl == pytest.approx(
        float(Posterior(*(torch.from_numpy(part[here]) for part in (latents.mu, latents.log_var))).kl().sum()),
        abs=DIGITS,
    )
    assert objective == pytest.approx(likelihood - beta * kl, abs=(1 + beta) * DIGITS)
    return likelihood, kl


def test_the_numbers_of_a_test_image_are_torchs_and_keys_reach_all(open_page: OpenPage) -> None:
    live = open_page("", model="mnist-vae", point="0", size=PROJECTOR)
    assert not [url for url in live.requests if "/code-" in url], "before anybody asks"
    live.button(t("numbers.open")).focus()
    live.page.keyboard.press("Enter")
    wait_shown(live, 0)
    likelihood, kl = terms_of(live, "mnist-vae", 0)
    live.page.wait_for_function("location.search.includes('numbers=1')")
    sheet, image = box(live, DRAWER), box(live, ".lv-live .lv-large")
    assert image["x"] + image["width"] <= sheet["x"], "the image stays in sight"
    live.page.locator(".lv-heat").focus()
    before = live.page.locator(".lv-heat-text").text_content()
    live.page.keyboard.press("ArrowDown")
    assert live.page.locator(".lv-heat-text").text_content() != before
    live.page.locator(DRAWER).get_by_role("button", name=t("numbers.again")).click()
    wait_shown(live, 0, seed=1)
    assert outputs(live)[1] == kl
    assert outputs(live)[0] != likelihood
    live.page.keyboard.press("Escape")
    assert not live.page.locator(DRAWER).is_visible()
    assert live.page.evaluate("document.activeElement.textContent") == t("numbers.open")
    live.page.wait_for_function("!location.search.includes('numbers')")


def test_a_drawing_on_a_phone_has_numbers_in_a_sheet_from_below(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-cvae", numbers="1", size=PHONE, phone=True)
    wait_shown(live, -1)
    likelihood, kl, objective = outputs(live)
    assert objective == pytest.approx(likelihood - kl, abs=2 * DIGITS)
    sheet = box(live, DRAWER)
    assert (sheet["x"], sheet["width"]) == (0, PHONE[0])
    assert sheet["y"] + sheet["height"] == pytest.approx(PHONE[1], abs=1)
    assert live.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_an_epoch_of_a_film_has_its_own_numbers(open_page: OpenPage, mnist_test: np.ndarray) -> None:
    live = open_page("train", model="mnist-vae-film", epoch="1", point="7", numbers="1")
    wait_shown(live, 7)
    folder = SHIPPED / "mnist-vae-film"
    epochs = checkpoints.load_epochs(folder)
    assert epochs is not None
    model = LatentModel(checkpoints.load_run(folder).model).double()
    weights = epochs.weights_of(1).items()
    model.load_state_dict({name: torch.from_numpy(array.astype(np.float64)) for name, array in weights})
    with torch.no_grad():
        kl = float(model.encode(torch.from_numpy(mnist_test[7:8]).double() / 255, None).kl().sum())
    assert outputs(live)[1] == pytest.approx(kl, abs=DIGITS)

    live.page.locator(".lp-take").click()
    first = live.page.locator(".lp-offers a").first
    assert first.locator("span").first.inner_text() == t("take.file.film")
    live.page.wait_for_selector('.lp-offer[href*="film=1"]')
    assert first.locator(".lp-size").inner_text().endswith("MB")


def test_of_models_side_by_side_each_has_its_own_numbers_of_the_same_image(open_page: OpenPage) -> None:
    models = ("mnist-beta-vae", "mnist-vae")
    live = open_page("compare", by="side", models=",".join(models), point="0", whose="2", size=PROJECTOR)
    wait_shown(live, 0)
    _, kl = terms_of(live, models[1], 0)
    first, second = live.page.locator(".lv-panel .lv-numbers-button").all()
    assert [button.get_attribute("aria-expanded") for button in (first, second)] == ["false", "true"]
    assert second.inner_text() == t("numbers.open.of", title="VAE")
    first.click()
    live.wait_query(whose="1")
    wait_shown(live, 0)
    assert live.page.locator(DRAWER).count() == 1, "one at a time"
    assert terms_of(live, models[0], 0, beta=4)[1] < kl, "beta 4 pays less"
    live.chip(t("side.cursor.drawing"), t("side.cursor")).click()
    live.page.get_by_text(t("numbers.empty")).locator("visible=true").wait_for()
    live.button(t("draw.example")).click()
    wait_shown(live, -1)
    likelihood, kl, objective = outputs(live)
    assert objective == pytest.approx(likelihood - 4 * kl, abs=5 * DIGITS)
