"""The dialog "Take away": each file is as large as its line says, and it is what was on the screen."""

import csv
import io
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageSequence

from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of
from tests.browser.live_page import LivePage
from tests.browser.test_access import AXE, FINDINGS
from tests.needs import missing

SETTLED = "() => !document.querySelector('.lp-offer[aria-disabled]') && document.querySelector('.lp-offer')"


def opened_dialog(live: LivePage) -> Any:
    """The dialog, opened by the keyboard, with every size in it."""
    live.page.locator(".lp-take").press("Enter")
    live.page.wait_for_function(SETTLED)
    return live.page.get_by_role("dialog", name=t("take.title"))


def fetched(live: LivePage, line: Any) -> tuple[str, bytes, str]:
    """The file of a line, fetched by a key: its name, its content and the size that the line says."""
    size = line.locator(".lp-size").inner_text()
    with live.page.expect_download() as download:
        line.press("Enter")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes(), size


def test_what_is_on_the_screen_goes_along_as_files(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="digits-vae", z="-0.9,0.3", stranger=True)
    dialog = opened_dialog(live)
    if not AXE.is_file():
        missing("axe-core is not installed (npm install): the dialog can't be searched for what shuts somebody out")
    live.page.evaluate(AXE.read_text())  # not as a script of the page: its policy lets none in
    assert live.page.evaluate(FINDINGS) == []
    files = {
        name: (content, size) for name, content, size in (fetched(live, line) for line in dialog.locator("a").all())
    }
    assert list(files) == [
        "digits-vae.html", "digits-vae-draw.html", "digits-vae-draw-train.html", "digits-vae-codes.parquet",
        "digits-vae-hub.zip", "digits-vae_-0.9_0.3.png", "digits-vae-map_-0.9_0.3.svg", "digits-vae-latents.csv",
    ]  # fmt: skip
    for content, size in files.values():
        value, unit = size.split()
        assert abs(len(content) / {"KB": 1e3, "MB": 1e6}[unit] - float(value)) <= (0.51 if unit == "KB" else 0.051)

    picture = np.array(Image.open(io.BytesIO(files["digits-vae_-0.9_0.3.png"][0])).convert("L")).astype(int)
    scale = len(picture) // 8
    assert scale >= 40, "not twice as sharp as on the page"
    assert far_from(picture[scale // 2 :: scale, scale // 2 :: scale], decoded("digits-vae", [-0.9, 0.3])) <= 1
    rows = list(csv.reader(io.StringIO(files["digits-vae-latents.csv"][0].decode())))
    latents = latents_of("digits-vae")
    assert rows[0] == ["index", "label", "z1", "z2"]
    assert np.array_equal(np.array([row[2:] for row in rows[1:]], dtype=np.float32), latents.mu)
    assert latents.labels is not None
    assert [int(row[1]) for row in rows[1:]] == latents.labels.tolist()
    ElementTree.fromstring(files["digits-vae-map_-0.9_0.3.svg"][0])
    assert b"default-src 'none'" in files["digits-vae.html"][0]

    live.page.keyboard.press("Escape")
    assert live.page.evaluate("document.activeElement.className") == "lp-tool lp-take"


# what a player makes of a film: its width, its length, and its first frame's red levels
FIRST_FRAME = """async (link) => {
  const film = document.createElement("video")
  film.src = link.href
  film.muted = true
  await new Promise((done, fail) => { film.onloadeddata = done; film.onerror = () => fail(film.error.message) })
  await new Promise((done) => { film.onseeked = done; film.currentTime = 0.01 })
  const canvas = document.createElement("canvas")
  canvas.width = canvas.height = film.videoWidth
  const context = canvas.getContext("2d"), began = performance.now()
  let data
  do { // a busy player has sought before it has a picture
    await new Promise((done) => setTimeout(done, 50))
    context.drawImage(film, 0, 0)
    data = context.getImageData(0, 0, canvas.width, canvas.height).data
  } while (!data.some((level, i) => i % 4 < 3 && level > 0) && performance.now() - began < 20_000)
  return [film.videoWidth, film.duration, Array.from({ length: data.length / 4 }, (_, i) => data[4 * i])]
}"""


def test_a_page_without_a_model_says_so(open_page: OpenPage) -> None:
    live = open_page("library", ready=False)
    live.page.locator(".lp-card-picture").first.wait_for()
    live.page.locator(".lp-take").click()
    live.page.get_by_role("dialog").get_by_text(t("take.none")).wait_for()


def test_a_way_goes_along_as_a_moving_picture(open_page: OpenPage) -> None:
    a, b = [-0.9, 0.3], [1.2, -0.6]
    live = open_page(tool="path", model="mnist-latents-2", a="-0.9,0.3", b="1.2,-0.6", z="-0.9,0.3", stranger=True)
    line = opened_dialog(live).locator("a", has_text=t("take.path"))
    name, content, _ = fetched(live, line)
    moving = Image.open(io.BytesIO(content))
    assert name == "mnist-latents-2-path_-0.9_0.3.gif"
    assert len(content) <= 1_000_000
    assert moving.n_frames <= 60
    frames = [np.array(frame.convert("L")).astype(int) for frame in ImageSequence.Iterator(moving)]
    for frame, z in ((frames[0], a), (frames[moving.n_frames // 2], b)):
        assert far_from(frame[::8, ::8], decoded("mnist-latents-2", z)) <= 1
    assert np.array_equal(frames[1], frames[-1]), "it does not come back as it went"

    film = live.page.locator("a[href]", has_text=t("take.film"))
    film.wait_for()
    width, seconds, levels = film.evaluate(FIRST_FRAME)
    assert (width, round(seconds, 2)) == (224, 3.05)
    assert far_from(np.array(levels).reshape(224, 224)[4::8, 4::8], decoded("mnist-latents-2", a)) < 60, "lossy"
