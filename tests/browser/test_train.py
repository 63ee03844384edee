"""A training from its form to its film: watched, left, met again, steered, ended with the server, and looked back at."""

import json
import signal
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.decoding import decode_images
from benchmarks.serving import running_app
from live.words import t
from models import checkpoint as checkpoints
from tests.browser.conftest import OpenPage
from tests.browser.decoded import far_from
from tests.browser.live_page import LIVE, NEXT_FRAMES, WAIT_MS, LivePage
from training.command import main

MAP, SAMPLE = ".lv-points", ".lv-samples canvas"
# digits with the settings of "best" and as many epochs as are allowed: minutes, if nobody ends it
ENDLESS = {"data": "digits", "recipe": "best"}
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

# counts the frames on which no map is to be seen, in a page that is not loaded anew
TRAIN_MS = 240_000  # a training of three epochs, on a slow computer
NEVER_EMPTY = """
() => {
  window.framesWithoutAMap = 0
  const look = () => {
    const maps = [...document.querySelectorAll(".lv-points")].filter((map) => map.offsetParent)
    if (!maps.length) window.framesWithoutAMap++
    requestAnimationFrame(look)
  }
  look()
}
"""


def digest(live: LivePage, selector: str, nth: int = 0) -> int:
    """A number for what a canvas shows."""
    found: int = live.page.locator(selector).nth(nth).evaluate(DIGEST)
    return found


def wait_other(live: LivePage, before: int) -> None:
    """Until the map is another one."""
    live.page.wait_for_function(
        f"([selector, before]) => ({DIGEST.strip()})(document.querySelector(selector)) !== before", arg=[MAP, before]
    )


def wait_still(live: LivePage) -> None:
    """Until the points have walked to their places: two pictures of the map, a tenth of a second apart, are equal."""
    before = None
    while (now := digest(live, MAP)) != before:
        before = now
        live.page.wait_for_timeout(100)


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


def wait_state(address: str, job_id: str, what: Any, seconds: float = WAIT_MS / 1000) -> dict[str, Any]:
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


def wait_title(live: LivePage, text: str) -> None:
    """Until the line over the numbers contains the text."""
    live.page.wait_for_function("(text) => document.querySelector('.lv-z')?.textContent.includes(text)", arg=text)


def cancel(live: LivePage) -> None:
    """Presses Cancel and says that it is meant."""
    press(live, "Cancel")
    press(live, "Yes")


def stays(address: str, job_id: str, step: int) -> None:
    """The training stands at the step: the server has answered ten times since, and is asked once more."""
    for _ in range(10):
        found = wait_state(address, job_id, lambda found: found["status"] == "paused")
        assert found["step"] == step, "it trains while it is paused"


def may_steer(live: LivePage) -> bool:
    return bool(live.page.locator(".lv-controls").is_visible())


def decoded_then(folder: Path, run_id: str, epoch: float, z: list[float]) -> NDArray[np.int64]:
    """The grey levels that torch decodes at z with an epoch's weights."""
    last, epochs = checkpoints.load(folder / run_id), checkpoints.load_epochs(folder / run_id)
    assert epochs is not None
    model = replace(last, weights=epochs.weights_of(epoch)).model
    image = decode_images(model, np.array([z], np.float32), None)[0, 0]
    return (image * 255).round().astype(np.int64)


def test_a_training_on_mnist_from_its_form_to_its_film(open_page: OpenPage, real_data: Path, models: Path) -> None:
    assert real_data.is_dir()
    owner = open_page("train", ready=False, set="mnist", recipe="quick", words="field", motion=True)
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

    # its decoder of this moment draws what is under the pointer
    owner.page.wait_for_function(
        "() => document.querySelector('.lv-large canvas')?.getContext('2d').getImageData(9, 9, 1, 1).data[3]"
    )
    centre, box = owner.levels(), owner.page.locator(".lv-plot").bounding_box()
    owner.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    owner.page.wait_for_function(NEXT_FRAMES)
    assert far_from(owner.levels(), centre) > 1
    owner.page.mouse.move(1, 1)
    owner.page.wait_for_function(NEXT_FRAMES)
    assert np.array_equal(owner.levels(), centre)

    # another page and back, and a reload, change nothing
    owner.page.get_by_role("link", name="Library", exact=True).click()
    owner.page.wait_for_selector(".lp-card-picture")
    owner.page.get_by_role("link", name="Train", exact=True).click()
    owner.page.wait_for_selector(".lv-train[data-ready]")
    assert owner.query()["job"] == job_id
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
        found = wait_state(owner.address, job_id, lambda found: found["epoch"] > epochs[-1])
        wait_other(owner, maps[epochs[-1]])
        epochs.append(found["epoch"])
        maps[found["epoch"]] = digest(owner, MAP)
    assert len(set(maps.values())) == len(maps) >= 3

    # the page becomes the film of it by itself, here and there: no reload, no frame without a map
    owner.page.evaluate(NEVER_EMPTY)
    run_id = str(wait_state(owner.address, job_id, lambda found: found["status"] == "done", 90)["model"])
    for live in (owner, stranger):
        live.page.wait_for_selector(".lv-film[data-ready]", timeout=TRAIN_MS)
        assert live.query()["model"] == run_id
        assert not may_steer(live)
    assert owner.page.evaluate("() => window.framesWithoutAMap") == 0
    assert len(stranger.levels(SAMPLE)) == 28
    look_back(owner, open_page, models, run_id)

    owner.page.go_back()  # one press: to where one came from
    owner.page.wait_for_selector(".lp-card-picture")


def look_back(live: LivePage, open_page: OpenPage, folder: Path, run_id: str) -> None:
    """The film of 3 epochs in quarters: by hand, under the pointer, as a film, by a clicker, and by a link."""
    slider = live.page.get_by_role("slider", name="Epoch")
    assert slider.get_attribute("max") == "12"
    shown = {}
    for epoch in (3, 0, 1, 0.25):
        slider.fill(str(round(4 * epoch)))
        live.wait_query(epoch=str(epoch))
        wait_title(
            live,
            "Before the training" if epoch == 0 else f"After epoch {epoch} of 3" if epoch >= 1 else "After 0.25 of",
        )
        wait_still(live)
        z = live.numbers()
        assert far_from(live.levels(), decoded_then(folder, run_id, epoch, z)) <= 1
        shown[epoch] = [digest(live, selector) for selector in (MAP, SAMPLE, LIVE)]
    assert all(len(set(column)) == 4 for column in zip(*shown.values(), strict=True)), shown

    # the points walk to their places; they do not jump
    frames = live.page.evaluate(
        COUNT_FRAMES,
        [
            "const s = document.querySelector('input[aria-label=Epoch]'); s.value = 8;"
            " s.dispatchEvent(new Event('input', { bubbles: true }))",
            MAP,
        ],
    )
    assert frames >= 3, "a jump has two: before and after"
    live.wait_query(epoch="2")

    # the decoder of the chosen epoch draws what is under the pointer
    box = live.page.locator(".lv-plot").bounding_box()
    before = live.levels()
    live.page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    live.page.wait_for_function("(old) => new URLSearchParams(location.search).get('z') !== old", arg=_text(z))
    z = live.numbers()
    assert not np.array_equal(live.levels(), before)
    assert far_from(live.levels(), decoded_then(folder, run_id, 2, z)) <= 3  # the address bar rounds z

    copied = open_page("train", **live.query())
    assert copied.query() == live.query()
    assert far_from(copied.levels(), decoded_then(folder, run_id, 2, z)) <= 1
    assert title(copied) == title(live)

    slider.fill("11")
    live.wait_query(epoch="2.75")
    press(live, "Play")
    live.wait_query(epoch="3")
    live.button("Play").wait_for()
    assert slider.input_value() == "12"
    press(live, "Play")  # from the end it begins anew
    live.wait_query(epoch="0")
    press(live, "Pause")
    assert int(slider.input_value()) < 12

    live.page.locator(".lv-plot").focus()
    slider.fill("4")
    live.wait_query(epoch="1")
    for key, epoch in (("PageDown", "1.25"), ("PageUp", "1"), ("PageUp", "0.75")):
        live.page.keyboard.press(key)
        live.wait_query(epoch=epoch)
    live.page.locator(".lv-plot").focus()
    live.page.keyboard.press("Space")
    live.button("Pause").wait_for()
    live.page.keyboard.press("Space")
    live.button("Play").wait_for()


def test_a_training_is_steered(open_page: OpenPage) -> None:
    live = open_page("train", ready=False, words="field", **ENDLESS)
    job_id, address = start(live), live.address
    try:
        steer(live, job_id, address)
    finally:
        if state(address, job_id)["status"] not in ("done", "cancelled"):
            cancel(live)
            wait_state(address, job_id, lambda found: found["status"] == "cancelled")


def steer(live: LivePage, job_id: str, address: str) -> None:
    live.page.wait_for_selector(MAP)
    press(live, "Pause")
    paused = wait_state(address, job_id, lambda found: found["status"] == "paused")
    stays(address, job_id, paused["step"])
    live.page.get_by_text(f"Step {paused['step']:,} of {paused['steps']:,}", exact=True).wait_for()

    live.button("Go on").wait_for()
    for step in (paused["step"] + 1, paused["step"] + 2):
        press(live, "One step")
        wait_state(address, job_id, lambda found: found["step"] >= step and found["status"] == "paused")  # noqa: B023
        stays(address, job_id, step)
        live.page.get_by_text(f"Step {step:,} of {paused['steps']:,}", exact=True).wait_for()

    rate = state(address, job_id)["learning_rate"]
    live.button("Halve the learning rate").click()
    press(live, "Keep this epoch")
    epoch = state(address, job_id)["epoch"]
    press(live, "One step")  # from the next step on
    live.page.get_by_text(t("train.kept", epoch=epoch)).wait_for()
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
    wait_state(address, job_id, lambda found: found["step"] >= first + 4)
    assert time.monotonic() - began >= 3 * 0.3, "slow motion is not slow"
    assert live.button("Slow motion").get_attribute("aria-pressed") == "true"

    for no in (lambda: press(live, "Keep going"), lambda: live.page.keyboard.press("Escape")):
        press(live, "Cancel")
        assert live.button("Keep going").evaluate("(button) => document.activeElement === button")
        no()
        live.button("Cancel").wait_for()
        assert live.button("Cancel").evaluate("(button) => document.activeElement === button")
    press(live, "Cancel")
    live.button("Cancel").wait_for()  # nobody answers for five seconds
    assert state(address, job_id)["status"] == "running"

    cancel(live)
    wait_state(address, job_id, lambda found: found["status"] == "cancelled")
    wait_title(live, "cancelled")
    assert not may_steer(live)
    live.page.get_by_role("button", name="Train another").click()
    live.page.get_by_role("button", name="Train", exact=True).wait_for()
    assert "job" not in live.query()


def test_the_form_keeps_the_places_of_what_is_still_fetched(open_page: OpenPage) -> None:
    """A word of it would be gone from under the mouse: Streamlit fetches what shows a kind of element with the first."""
    held: dict[str, list[Any]] = {"Html": [], "Radio": []}

    def hold(page: Any) -> None:
        page.route("**/Html.*.js", lambda route: held["Html"].append(route))
        page.route("**/Radio.*.js", lambda route: held["Radio"].append(route))

    live = open_page("train", ready=False, before=hold)
    family = live.page.locator(".st-key-family")
    family.locator('[data-testid="stSkeleton"]').wait_for()
    live.page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    kept = family.bounding_box()
    for route in held["Html"]:
        route.continue_()
    live.page.locator(".lp-hint").first.wait_for()
    assert family.bounding_box() == pytest.approx(kept, abs=4)
    for route in held["Radio"]:
        route.continue_()
    family.get_by_role("radio").first.wait_for(state="attached")
    assert family.bounding_box() == pytest.approx(kept, abs=4)


def test_who_wants_less_motion_gets_no_film(open_page: OpenPage) -> None:
    live = open_page("train", ready=False)
    live.page.wait_for_function("() => document.querySelector('.lp-still')?.naturalWidth > 0")
    assert not live.page.locator(".lp-moves").is_visible()
    assert not [url for url in live.requests if "film.webp" in url]


def test_a_chain_of_a_sweep_from_the_command_to_its_series(
    open_page: OpenPage, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(models))
    monkeypatch.setattr("training.sweep.recipe_parts", lambda *_: ({"widths": (8,)}, {"epochs": 1}))
    before, name = {path.name for path in models.iterdir()}, f"walk-{time.monotonic_ns()}"  # another if tried once more
    assert main(["sweep", "start", name, "--data", "digits", "--beta", "1,4", "--chain"]) == 0
    try:
        live = open_page("train", ready=False, data="digits")
        box = live.page.locator(f".st-key-sweep-box-{name}")
        box.get_by_text("2 finished").wait_for()
        assert box.locator("th").all_text_contents()[1:3] == ["beta 4", "beta 1"]
        box.locator(".lv-cost[aria-label*='beta 1:'][aria-label*='beta 4:']").wait_for()
        box.get_by_role("button", name="Open as a dial").click()
        value = live.page.locator(".lv-series .lv-turn-value")
        value.get_by_text("Price of a nat: 1").wait_for()
        assert f"by=dial&series={name}" in live.page.url
        assert main(["sweep", "remove", name]) == 2  # the server has it
        live.page.reload()
        value.get_by_text("Price of a nat: 1").wait_for()
    finally:
        # moved, not deleted: the server may still be writing a picture into one of them
        for made in {path.name for path in models.iterdir()} - before:
            (models / made).rename(tmp_path / made)


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
        live.page.locator(MAP).wait_for()  # it asks twice a second
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        live.page.get_by_text("The connection to the server is lost").wait_for()
        assert live.page.locator(".lv .lv-problem:visible").count() == 0
        assert live.page.locator(MAP).is_visible(), "what was shown is gone"
    with running_app(folder.parent / "second.log", environment) as server:
        found = wait_state(server.address, job_id, lambda found: found["status"] == "running" and "step" in found)
        assert found["step"] >= before["step"]
        wait_state(server.address, job_id, lambda later: later["step"] > found["step"])


def _text(z: list[float]) -> str:
    return ",".join(str(value) for value in z)


def test_the_browser_trains_by_itself_and_the_app_keeps_its_model(open_page: OpenPage, models: Path) -> None:
    live = open_page("train", data="digits", ready=False)
    page = live.page
    page.get_by_text(t("train.more"), exact=True).click()
    page.get_by_label(t("train.epochs")).fill("2")
    page.get_by_label(t("train.epochs")).press("Enter")
    page.get_by_role("button", name=t("train.start.here")).click()
    page.wait_for_selector(".lv-train .lv-points")
    live.wait_query(job="here")
    page.get_by_role("button", name=t("learn.keep")).click(timeout=TRAIN_MS)
    page.get_by_role("link", name=t("train.explore")).wait_for()
    run = checkpoints.load_run(models / live.query()["model"])
    assert (run.device, run.epochs_done, run.training.epochs) == ("browser", 2, 2)
