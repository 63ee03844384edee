"""What is one HTML file, in Chromium: from disk, offline, under a policy that allows no network."""

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch

from exports.contents import Wish, named
from exports.one_file import OneFile
from live.lessons import lessons
from live.weights import network_as_sent
from live.words import t
from models import checkpoint
from tests.browser.decoded import SHIPPED, decoded, far_from, latents_of, opened
from tests.browser.live_page import DESKTOP, LivePage

MODEL = "mnist-latents-2"
# until the grid that Workers decode under the map is whole; a string to wait for would be eval, which the page forbids
PAINTED = """
async () => {
  const canvas = document.querySelector(".lv-underlay"), context = canvas.getContext("2d")
  const isClear = (_, i) => i % 4 === 3 && !data[i]
  let data
  do {
    await new Promise(requestAnimationFrame)
    data = context.getImageData(0, 0, canvas.width, canvas.height).data
  } while (canvas.hidden || data.some(isClear))
}
"""
# as the pad leaves them in the browser
DRAWN = """
() => {
  const labels = Array.from({ length: 25 }, (_, i) => i % 2)
  for (const [i, label] of labels.entries()) {
    const isIn = (x, y) => Math.abs(x - 32) < 9 + i / 2 && Math.abs(y - 32) < (label ? 4 : 9 + i / 2)
    const levels = Uint8Array.from({ length: 64 * 64 }, (_, p) => (isIn(p % 64, p >> 6) ? 255 : 0))
    localStorage.setItem(`lp-drawings-${i}`, btoa(String.fromCharCode(...levels)))
  }
  const facts = { names: ["square", "bar"], chosen: 0, number: 1234, handed: 0, labels }
  localStorage.setItem("lp-drawings", JSON.stringify(facts))
}
"""
READY = '.lv[data-ready="true"]'


@pytest.fixture
def open_file(cached: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., LivePage]]:
    """Opens the file of some contents in a context of its own without a network; it may ask for nothing else."""
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    context = cached.browser.new_context(offline=True)
    live = LivePage(context.new_page(), "file://")
    live.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    live.page.on("console", lambda message: live.problems.append(message.text) if is_ours(message) else None)

    def opened_file(what: str, query: str = "", wishes: Collection[Wish] = ()) -> LivePage:
        file = tmp_path / "file.html"
        file.write_bytes(OneFile(named(what, wishes)).content())
        live.page.goto(f"{file.as_uri()}{query}")
        live.page.wait_for_selector(READY)
        return live

    yield opened_file
    assert [url for url in live.requests if not url.startswith(("file:", "blob:null/", "data:"))] == []
    assert len([url for url in live.requests if url.startswith("file:")]) == 1
    assert live.problems == []
    context.close()


def is_ours(message: Any) -> bool:
    """A warning of the page; Chromium warns of a test that reads many canvases."""
    return message.type == "warning" and "Canvas2D" not in message.text


def numbers_at(url: str) -> list[float]:
    return [float(part) for part in parse_qs(urlsplit(url).query)["z"][0].split(",")]


def test_from_disk_it_decodes_under_the_pointer_and_takes_a_drawing(open_file: Callable[..., LivePage]) -> None:
    live = open_file(MODEL, "?tool=point&z=-0.9,0.3", ["draw", "train"])
    page = live.page
    assert far_from(live.levels(), as_sent([-0.9, 0.3])) <= 1
    box = page.locator(".lv-plot").bounding_box()
    page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_url(lambda url: "z=" in url and numbers_at(url) != [-0.9, 0.3])
    live.rest()
    z = numbers_at(page.url)
    assert far_from(live.levels(), as_sent(z)) <= 3, "not the image under the pointer: the address has three decimals"
    off = np.abs(live.levels() - decoded(MODEL, z))
    said = re.search(r"by ([\d.]+) of 255 .* at most (\d+) in 99", page.locator(".lp-about").text_content())
    assert said
    assert off.mean() <= 3 * float(said[1]) and np.percentile(off, 99) <= 3 * float(said[2]), "more than the page says"

    page.get_by_role("button", name=t("explore.slide")).click()
    page.locator(".lv-sliders input").first.wait_for()
    page.get_by_role("button", name=t("explore.path")).click()
    page.wait_for_selector(".lv-strips canvas")
    live.layer(t("map.layer.grid")).click()
    page.evaluate(PAINTED)
    page.get_by_role("link", name=t("page.create")).click()
    page.wait_for_selector(".lv-maker[data-landed]")
    page.get_by_role("link", name=t("page.explore")).click()
    page.wait_for_selector(f".lv-explore{READY}")
    live.page.get_by_role("button", name=t("numbers.open")).click()
    page.locator(".lv-numbers:not([hidden]) table").first.wait_for()

    page.evaluate(DRAWN)
    page.get_by_role("link", name=t("page.train"), exact=True).click()
    page.get_by_role("button", name=t("learn.start")).click()
    page.wait_for_selector(".lv-train .lv-plot")
    page.wait_for_selector(f".lv-film{READY}", timeout=60_000)
    with page.expect_download() as found:
        page.get_by_role("button", name=t("learn.download")).click()
    run = checkpoint.from_zip(Path(found.value.path()).read_bytes(), "trained.zip").run
    assert (run.data.class_names, run.data.train_count, run.device) == (("square", "bar"), 19, "browser")
    assert page.locator("h1").inner_text() == run.title
    page.get_by_role("link", name=t("train.explore")).click()
    page.wait_for_selector(f".lv-explore{READY}")
    assert parse_qs(urlsplit(page.url).query)["model"] == [run.run_id]
    page.get_by_role("link", name=t("page.explore")).click()
    page.get_by_role("heading", name=opened(MODEL).run.title, exact=True).wait_for()


def test_a_lesson_leads_through_its_models_side_by_side_from_disk(open_file: Callable[..., LivePage]) -> None:
    live = open_file("lesson:where-did-the-label-go")
    page, panel = live.page, live.page.locator(".lp-lesson")
    steps = lessons()["where-did-the-label-go"].steps
    shown = [".lv-explore", ".lv-explore", ".lv-create", '.lv-create canvas[role="application"]', ".lv-compare"]
    for step, view in zip(steps, shown, strict=True):
        panel.get_by_text(step.caption).wait_for()
        page.locator(view).first.wait_for()
        page.wait_for_selector(READY)
        if step.ask:
            panel.get_by_role("button", name=step.ask.options[step.ask.right], exact=True).click()
            panel.get_by_text(step.reveal.text).wait_for()
        if step is not steps[-1]:
            panel.get_by_role("button", name=t("lesson.next"), exact=True).click()
    live.rest()
    live.chip(t("side.tell.trails"), t("side.tell")).click()
    page.locator(".lv-told tbody tr").nth(2).wait_for()
    assert page.locator(".lv-choice-box").is_hidden(), "it has no other models"
    assert page.get_by_role("button", name=t("side.cursor.drawing")).is_hidden(), "not all of its models encode"


def test_a_dial_turns_from_disk_to_the_apps_pixels(open_file: Callable[..., LivePage]) -> None:
    live = open_file("dial:mnist-dial", "?at=1&point=3")
    live.rest()
    z = latents_of("mnist-dial").mu[3]
    assert far_from(live.levels(".lv-dial-pictures canvas"), decoded("mnist-dial", z.tolist())) <= 1
    live.page.get_by_role("slider", name=t("dial.slider")).press("End")
    live.page.wait_for_url(lambda url: "at=50" in url)
    live.page.locator(".lv-price.lv-dead").nth(1).wait_for()


def as_sent(z: list[float]) -> Any:
    """Grey levels of torch with the file's rounded weights."""
    network = network_as_sent(opened(MODEL), "decoder", "int8")
    return (torch.sigmoid(network(torch.tensor([z]), None))[0, 0] * 255).round().long().numpy()
