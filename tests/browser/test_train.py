"""A training from its form to its film: watched, left, met again, steered, ended with the server, and looked back at."""

import json
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from analysis.decoding import decode_images
from benchmarks.serving import running_app
from models import checkpoint as checkpoints
from tests.browser.conftest import OpenPage
from tests.browser.decoded import far_from
from tests.browser.live_page import LIVE, LivePage

MAP, SAMPLE = ".lv-moving", ".lv-samples canvas"
# digits with the settings of "best" and as many epochs as are allowed: minutes, if nobody ends it
ENDLESS = {"set": "digits", "recipe": "best"}
TRAIN_MS = 90_000
DIGEST = """
(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  let sum = 7
  for (let i = 0; i < data.length; i++) sum = (sum * 31 + data[i]) % 1000000007
  return sum
}
"""
# how many pictures of a canvas are seen after something was done, in 1.5 s or until there are 8
COUNT_FRAMES = f"""
async ([act, selector]) => {{
  const digest = {DIGEST.strip()}
  const seen = new Set(), began = performance.now()
  eval(act)
  while (performance.now() - began < 1500 && seen.size < 8) {{
    await new Promise(requestAnimationFrame)
    seen.add(digest(document.querySelector(selector)))
  }}
  return seen.size
}}
"""


def digest(live: LivePage, selector: str, nth: int = 0) -> int:
    """A number for what a canvas shows."""
    found: int = live.page.locator(selector).nth(nth).evaluate(DIGEST)
    return found


def start(live: LivePage) -> str:
    """Presses Train and returns the job's name."""
    live.page.get_by_role("button", name="Train", exact=True).click()
    live.wait_ready()
    live.page.wait_for_function("() => new URLSearchParams(location.search).has('job')")
    return live.query()["job"]


def state(address: str, job_id: str) -> dict[str, Any]:
    """The training as the server describes it now."""
    with urllib.request.urlopen(f"{address}/jobs/{job_id}.json", timeout=10) as response:
        found = json.load(response)
    assert isinstance(found, dict)
    return found


def wait_state(address: str, job_id: str, what: Any, seconds: float = 20.0) -> dict[str, Any]:
    """The training once `what` is true of it."""
    deadline = time.monotonic() + seconds
    while not what(found := state(address, job_id)):
        assert time.monotonic() < deadline, {name: found.get(name) for name in ("status", "reason", "step")}
        time.sleep(0.02)
    return found


def press(live: LivePage, name: str) -> None:
    live.button(name).click()


def title(live: LivePage) -> str:
    return str(live.page.locator(".lv-z").first.text_content())


def wait_title(live: LivePage, text: str, timeout: int = 20_000) -> None:
    """Until the line over the numbers contains the text."""
    live.page.wait_for_function(
        "(text) => document.querySelector('.lv-z')?.textContent.includes(text)", arg=text, timeout=timeout
    )


def may_steer(live: LivePage) -> bool:
    return bool(live.page.locator(".lv-controls").is_visible())


def decoded_then(folder: Path, run_id: str, epoch: int, z: list[float]) -> NDArray[np.int64]:
    """The grey levels that torch decodes at z with an epoch's weights."""
    run, epochs = checkpoints.load_run(folder / run_id), checkpoints.load_epochs(folder / run_id)
    assert epochs is not None
    image = decode_images(epochs.model_of(run.model, epoch), torch.tensor([z], dtype=torch.float32), None)[0, 0]
    return (image.numpy() * 255).round().astype(np.int64)


def test_a_training_on_mnist_from_its_form_to_its_film(open_page: OpenPage, real_data: Path, models: Path) -> None:
    assert real_data.is_dir()
    owner = open_page("train", ready=False, set="mnist", recipe="quick")
    owner.page.get_by_text("More settings").click()
    epochs_box = owner.page.get_by_label("Epochs", exact=True)
    epochs_box.fill("3")
    epochs_box.press("Enter")
    owner.page.get_by_text("3 epochs in about").wait_for()
    job_id = start(owner)

    # it is paused, so that all that follows is met on the way
    owner.page.wait_for_selector(MAP)
    press(owner, "Pause")
    wait_title(owner, "paused")
    place, seen = title(owner), digest(owner, MAP)

    # another page and back, and a reload, change nothing
    owner.page.get_by_role("link", name="Map", exact=True).click()
    owner.page.wait_for_selector(".lv-map[data-ready]")
    owner.page.get_by_role("link", name="Train", exact=True).click()
    owner.page.wait_for_selector(".lv-train[data-ready]")
    assert owner.query() == {"job": job_id}
    assert title(owner) == place
    owner.page.reload()
    owner.page.wait_for_selector(".lv-train[data-ready]")
    assert title(owner) == place
    assert may_steer(owner)

    # a second browser sees the same and can't steer
    stranger = open_page("train", stranger=True, job=job_id)
    assert title(stranger) == place
    assert not may_steer(stranger)
    assert stranger.page.get_by_text("You are watching").is_visible()

    # it goes on: the map is another one after each epoch, here and there
    maps, epochs = {0: seen}, [0]
    press(owner, "Go on")
    while epochs[-1] < 3:
        found = wait_state(owner.address, job_id, lambda found: found["epoch"] > epochs[-1], 90)
        owner.page.wait_for_timeout(1200)  # the next poll, and the points' walk
        epochs.append(found["epoch"])
        maps[found["epoch"]] = digest(owner, MAP)
    assert len(set(maps.values())) == len(maps) >= 3
    for live in (owner, stranger):
        wait_title(live, ": finished", TRAIN_MS)
        assert "Trained 3 epochs" in live.page.locator(".lv-facts").inner_text()
        assert not may_steer(live)
    assert len(stranger.levels(SAMPLE)) == 28

    press(owner, "See the film of its training")
    owner.page.wait_for_selector(".lv-film[data-ready]")
    run_id = str(state(owner.address, job_id)["model"])
    assert owner.query()["model"] == run_id
    look_back(owner, open_page, models, run_id)


def look_back(live: LivePage, open_page: OpenPage, folder: Path, run_id: str) -> None:
    """The film of 3 epochs: by hand, under the pointer, as a film, and by a link."""
    slider = live.page.get_by_role("slider", name="Epoch")
    shown = {}
    for epoch in (3, 0, 1):
        slider.fill(str(epoch))
        live.wait_query(epoch=str(epoch))
        live.page.wait_for_timeout(600)  # the points' walk
        wait_title(live, "Before the training" if epoch == 0 else f"After epoch {epoch} of 3")
        z = live.numbers()
        assert far_from(live.levels(), decoded_then(folder, run_id, epoch, z)) <= 1
        shown[epoch] = [digest(live, selector) for selector in (MAP, SAMPLE, LIVE)]
    assert all(len(set(column)) == 3 for column in zip(*shown.values(), strict=True)), shown

    # the points walk to their places; they do not jump
    frames = live.page.evaluate(
        COUNT_FRAMES,
        [
            "const s = document.querySelector('input[aria-label=Epoch]'); s.value = 2;"
            " s.dispatchEvent(new Event('input', { bubbles: true }))",
            MAP,
        ],
    )
    assert frames >= 4
    live.wait_query(epoch="2")

    # the decoder of the chosen epoch draws what is under the pointer
    box = live.page.locator(MAP).bounding_box()
    before = live.levels()
    live.page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    live.page.wait_for_function("(old) => new URLSearchParams(location.search).get('z') !== old", arg=_text(z))
    z = live.numbers()
    assert not np.array_equal(live.levels(), before)
    assert far_from(live.levels(), decoded_then(folder, run_id, 2, z)) <= 3  # the address bar rounds z

    copied = open_page("film", **live.query())
    assert copied.query() == live.query()
    assert far_from(copied.levels(), decoded_then(folder, run_id, 2, z)) <= 1
    assert title(copied) == title(live)

    press(live, "Play")
    live.button("Pause").wait_for()
    live.wait_query(epoch="3")
    live.button("Play").wait_for()
    assert slider.input_value() == "3"
    press(live, "Play")  # from the end it begins anew
    live.wait_query(epoch="0")
    press(live, "Pause")
    assert int(slider.input_value()) < 3


def test_a_training_is_steered(open_page: OpenPage) -> None:
    live = open_page("train", ready=False, **ENDLESS)
    job_id, address = start(live), live.address
    try:
        steer(live, job_id, address)
    finally:
        if state(address, job_id)["status"] not in ("done", "cancelled"):
            press(live, "Cancel")
            wait_state(address, job_id, lambda found: found["status"] == "cancelled")


def steer(live: LivePage, job_id: str, address: str) -> None:
    live.page.wait_for_selector(MAP)
    press(live, "Pause")
    paused = wait_state(address, job_id, lambda found: found["status"] == "paused")
    time.sleep(0.6)
    assert state(address, job_id)["step"] == paused["step"], "it trains while it is paused"

    live.button("Go on").wait_for()
    for step in (paused["step"] + 1, paused["step"] + 2):
        press(live, "One step")
        wait_state(address, job_id, lambda found: found["step"] >= step)  # noqa: B023
        time.sleep(0.6)
        assert state(address, job_id)["step"] == step, "one step is not one step"

    rate = state(address, job_id)["learning_rate"]
    live.button("halve the learning rate").click()
    press(live, "Keep this epoch")
    press(live, "One step")
    turned = wait_state(address, job_id, lambda found: found["changes"])
    ((at, name, value),) = turned["changes"]
    assert (name, value, turned["learning_rate"]) == ("learning_rate", rate / 2, rate / 2)
    assert at == pytest.approx((paused["step"] + 2) * 200 / turned["steps"], abs=0.05)
    live.page.wait_for_function(
        "(text) => document.querySelector('.lv-knob b').textContent === text", arg=str(rate / 2)
    )
    assert live.page.locator(".stAlert").count() == 0

    before = wait_state(address, job_id, lambda found: found["step"] == paused["step"] + 3)["step"]
    press(live, "Slow motion")
    wait_state(address, job_id, lambda found: found["slow"])
    press(live, "Go on")
    wait_state(address, job_id, lambda found: found["step"] > before)
    began, first = time.monotonic(), state(address, job_id)["step"]
    time.sleep(2)
    done, seconds = state(address, job_id)["step"] - first, time.monotonic() - began
    assert 2 <= done <= seconds / 0.3 + 2, "slow motion is not slow"
    assert live.button("Slow motion").get_attribute("aria-pressed") == "true"

    began = time.monotonic()
    press(live, "Cancel")
    wait_state(address, job_id, lambda found: found["status"] == "cancelled")
    assert time.monotonic() - began < 3
    wait_title(live, "cancelled")
    assert not may_steer(live)
    live.page.get_by_role("button", name="Train another").click()
    live.page.get_by_role("button", name="Train", exact=True).wait_for()
    assert "job" not in live.query()


@pytest.fixture
def folder(playwright: Any, tmp_path: Path) -> Path:
    """A folder of models that is empty, for servers of a test's own."""
    del playwright
    (tmp_path / "checkpoints").mkdir()
    return tmp_path / "checkpoints"


def test_a_server_that_is_told_to_end_saves_the_training_and_the_next_one_goes_on(
    open_page: OpenPage, folder: Path
) -> None:
    environment = {"LATENT_CHECKPOINTS": str(folder)}
    with running_app(folder.parent / "first.log", environment) as server:
        live = open_page("train", ready=False, address=server.address, **ENDLESS)
        live.tolerant = True  # the connection is lost on purpose
        job_id = start(live)
        before = wait_state(server.address, job_id, lambda found: found.get("epoch", 0) >= 1)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
        assert time.monotonic() - began < 5
        live.page.wait_for_selector('.lv [role="alert"]')
        assert "connection to the server is lost" in live.page.locator('.lv [role="alert"]').inner_text()
    with running_app(folder.parent / "second.log", environment) as server:
        found = wait_state(server.address, job_id, lambda found: found["status"] == "running" and "step" in found)
        assert found["step"] >= before["step"]
        wait_state(server.address, job_id, lambda later: later["step"] > found["step"])


def _text(z: list[float]) -> str:
    return ",".join(str(value) for value in z)
