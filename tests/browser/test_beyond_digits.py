"""Faces and rhythms under the same hand: known factors as sliders, a bar that is heard and one that is written."""

import numpy as np
import pytest

from datasets.catalogue import load
from live.words import t
from models.checkpoint import load as load_checkpoint
from tests.browser.conftest import OpenPage
from tests.browser.decoded import SHIPPED

# a kick on each beat at 120 beats a minute, as loud samples of its first 10 ms
ONSETS = """
async ([drums, loops]) => {
  const { DrumKit } = await import(drums), { Loop } = await import(loops)
  const context = new OfflineAudioContext(1, 2.2 * 22050, 22050)
  const kit = new DrumKit(context)
  const clock = { now: 0 }
  const loop = new Loop({
    now: () => clock.now, steps: 16, tempo: 120,
    strike: (step, time) => step % 4 === 0 && kit.strike("kick", time),
  })
  loop.start()
  for (; clock.now < 2; clock.now += 0.03) loop.plan()
  const samples = (await context.startRendering()).getChannelData(0)
  const loud = (at) => Math.max(...samples.subarray(at * 22050, (at + 0.01) * 22050).map(Math.abs))
  return { peak: Math.max(...samples.map(Math.abs)), at: Array.from({ length: 210 }, (_, i) => loud(i / 100)) }
}
"""


def test_a_bar_is_heard_while_it_changes(open_page: OpenPage) -> None:
    live = open_page("", model="rhythms")
    modules = {url.split("/parts/sound/")[-1]: url for url in live.requests if "/parts/sound/" in url}
    found = live.page.evaluate(ONSETS, [modules["drum_kit.js"], modules["loop.js"]])
    assert 0.3 < found["peak"] <= 1.0, "silent, or cut off"
    loud = np.array(found["at"]) > 0.2
    began = np.flatnonzero(loud & ~np.roll(loud, 1)) / 100
    assert began == pytest.approx([0.05, 0.55, 1.05, 1.55, 2.05][: len(began)], abs=0.02)
    assert len(began) >= 4

    live.wait_fetched()
    requests = len(live.requests)
    button = live.button(t("listen.play"))
    button.click()
    live.page.locator(".lv-playhead").wait_for()
    places = set()
    for _ in range(6):
        places.add(live.page.locator(".lv-playhead").evaluate("(line) => line.style.getPropertyValue('--share')"))
        live.page.wait_for_timeout(170)
    assert len(places) >= 3, "the line stands still"
    live.page.locator(".lv-sounds").first.wait_for()
    live.button(t("listen.stop")).click()
    assert live.page.locator(".lv-playhead").is_hidden()
    assert live.requests[requests:] == [], "sound is made here"


def test_a_beat_is_written_by_keys_and_lands(open_page: OpenPage) -> None:
    live = open_page("create", model="rhythms", by="hand")
    pad = live.page.get_by_role("application", name=t("draw.steps", rows=8, columns=16))
    pad.focus()
    for key in ("Escape", "ArrowUp", "ArrowLeft", " "):
        live.page.keyboard.press(key)
    live.page.locator("[data-landed]").wait_for()
    live.page.get_by_text(t("draw.step.on", row=t("rhythm.open-hat"), step=8)).first.wait_for(state="attached")
    first = live.page.locator("[data-landed]").get_attribute("data-landed")
    live.page.keyboard.press("ArrowRight")
    live.page.keyboard.press("Enter")
    live.page.wait_for_function(
        "(first) => document.querySelector('[data-landed]')?.dataset.landed !== first", arg=first
    )


def test_a_known_factor_moves_the_face_along_its_direction(open_page: OpenPage) -> None:
    live = open_page("", model="faces", tool="slide")
    glasses = live.page.get_by_role("slider", name=t("factor.slider", name=t("factor.glasses")))
    glasses.wait_for()
    live.rest()
    z0 = np.array(live.numbers("z"))
    high = float(glasses.get_attribute("max"))
    glasses.evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })) }", high
    )
    live.page.wait_for_function("(z) => new URLSearchParams(location.search).get('z') !== z", arg=live.query()["z"])
    moved = np.array(live.numbers("z")) - z0
    codes = load_checkpoint(SHIPPED / "faces").latents.mu
    wears = load("faces").factors["glasses"] > 0
    between = codes[wears].mean(axis=0) - codes[~wears].mean(axis=0)
    cosine = moved @ between / np.linalg.norm(moved) / np.linalg.norm(between)
    assert cosine > 0.9, "not the way from faces without glasses to those with"

    live.button(t("explore.arithmetic")).click()
    live.page.wait_for_url("**plus=glasses**")
    live.rest()
    z0 = np.array(live.numbers("z"))
    live.page.get_by_role("slider", name=t("arithmetic.slider")).evaluate(
        "(input) => { input.value = 1; input.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    live.page.wait_for_url("**times=1**")
    live.rest()
    assert np.array(live.numbers("z")) - z0 == pytest.approx(between, abs=2e-3), "with minus without, once"
