"""Create by hand: the 4 that draws itself, where a drawn 3 lands, and which uploads are refused."""

import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of
from tests.browser.live_page import LivePage

SEEN, AGAIN, HAND = ".lv-seen canvas", ".lv-large canvas", "[data-by=hand] .lv-maker"
START = "0.5,-0.5"  # a code in the link: nothing draws itself then


def arc(cx: float, cy: float, radius: float, start: float, stop: float) -> list[tuple[float, float]]:
    """Points of an arc in shares of the pad; degrees, clockwise from the right."""
    angles = np.radians(np.linspace(start, stop, 14))
    return [(cx + radius * float(np.cos(a)), cy + radius * float(np.sin(a))) for a in angles]


THREE = [*arc(0.48, 0.34, 0.16, -150, 85), *arc(0.48, 0.66, 0.17, -85, 150)]


def draw(live: LivePage, points: list[tuple[float, float]]) -> None:
    """One stroke with the mouse."""
    box, mouse = live.page.locator(".lv-pad").bounding_box(), live.page.mouse
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place)
    mouse.up()


def landed(live: LivePage, not_at: str | None = None) -> list[float]:
    """Where the drawing lies in latent space, as soon as it has landed (elsewhere than before)."""
    live.page.wait_for_function(
        "(before) => { const at = document.querySelector('[data-by=hand] .lv-maker').dataset.landed; return at && at !== before }",
        arg=not_at,
    )
    live.settle()
    return [float(part) for part in live.page.locator(HAND).get_attribute("data-landed").split(",")]


def nearest_labels(live: LivePage, z: list[float]) -> list[int]:
    """The classes of the five test images nearest to z, as torch's latents have it."""
    latents = latents_of("mnist-vae")
    order = np.square(latents.mu - np.array(z)).sum(1).argsort()[:5]
    return [int(latents.labels[int(i)]) for i in order]


def test_a_drawn_three_lands_among_the_threes_and_is_drawn_again(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", z=START)
    assert live.page.get_by_text("Draw something: it lands on the map.").is_visible()
    draw(live, THREE)
    z = live.wait_numbers("z", landed(live), 1e-6)
    live.wait_quiet()
    labels = [int(text) for text in live.page.locator(".lv-near figcaption").all_text_contents()]
    assert labels == nearest_labels(live, z)
    assert labels.count(3) >= 3, f"the 3 landed at {z}, beside {labels}"
    seen = live.levels(SEEN)
    assert seen.max() > 200
    rows, columns = np.nonzero(seen > 12)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 in (20, 21), "not scaled as MNIST was"
    assert np.average(np.arange(28), weights=seen.sum(1)) == pytest.approx(13.5, abs=0.6), "not centred as MNIST was"
    assert far_from(live.levels(AGAIN), decoded("mnist-vae", z)) <= 3
    ring, cross = (live.page.locator(f".lv-mark-{name}").bounding_box() for name in ("ellipse", "yours"))
    assert ring and cross


def test_undo_takes_the_last_stroke_and_clear_takes_all(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", z=START)
    draw(live, [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)])
    one = landed(live)
    text = live.page.locator(HAND).get_attribute("data-landed")
    draw(live, [(0.2, 0.5), (0.8, 0.5)])
    landed(live, not_at=text)
    live.button("Undo").click()
    live.page.wait_for_function(f"document.querySelector('[data-by=hand] .lv-maker').dataset.landed === '{text}'")
    live.wait_numbers("z", one, 1e-6)
    live.button("Clear").click()
    live.page.get_by_text("Draw something: it lands on the map.").wait_for()
    assert live.levels(".lv-pad").max() == 0
    assert not live.page.locator(SEEN).is_visible()
    assert live.page.locator(".lv-large figcaption").text_content() == "generated", "there is nothing that it copies"
    assert live.page.locator(".lv-mark-yours").count() == 0


def class_tile(live: LivePage, name: str) -> Any:
    """The picture of a class that is a button."""
    return live.page.get_by_role("group", name="Class to draw").get_by_title(f"Draw {name}", exact=True)


def count_inks(page: Any) -> None:
    """Counts the strokes that are painted on the pad, each as often as it is painted."""
    page.add_init_script("""
      window.inks = 0
      const stroke = CanvasRenderingContext2D.prototype.stroke
      CanvasRenderingContext2D.prototype.stroke = function (...path) {
        if (this.canvas.matches?.(".lv-pad")) window.inks++
        stroke.apply(this, path)
      }
    """)


def done(live: LivePage) -> bool:
    return bool(live.page.evaluate("localStorage.getItem('lp-done-draw') !== null"))


def test_a_four_draws_itself_and_lands_among_the_fours(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", motion=True, before=count_inks)
    z = landed(live)
    assert live.page.evaluate("window.inks") > 8, "it was there at once"
    assert nearest_labels(live, z).count(4) >= 3, f"the 4 landed at {z}"
    assert far_from(live.levels(AGAIN), decoded("mnist-vae", z)) <= 3
    assert "z" not in live.query() and not done(live), "nobody has drawn anything"


def test_a_bare_page_opens_on_it_by_a_model_that_is_told_the_class(open_page: OpenPage) -> None:
    live = open_page("create")
    landed(live)
    assert live.page.locator(".lv-tiles .lv-chosen figcaption").inner_text() == "4"
    ranking = live.page.locator(".lv-maker .lv-facts").inner_text()
    assert ranking.startswith("4: ")


def test_touching_the_pad_stops_it_and_the_pad_is_the_persons(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", motion=True)
    live.page.wait_for_selector(".lv-mark-yours")
    draw(live, [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)])
    bar = landed(live)
    ink = live.levels(".lv-pad")
    assert np.nonzero(ink)[1].min() > 100, "something of the 4 is left"
    live.page.wait_for_timeout(3000)
    assert (live.levels(".lv-pad") == ink).all(), "it went on drawing"
    assert live.wait_numbers("z", bar, 1e-6)
    assert done(live)


def test_who_wants_less_motion_finds_the_four_there(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", before=count_inks)
    z = landed(live)
    assert nearest_labels(live, z).count(4) >= 3
    assert live.page.evaluate("window.inks") == 2, "it was drawn step by step"


def test_data_without_a_four_open_on_a_test_image(open_page: OpenPage) -> None:
    live = open_page("create", model="fashion-vae", by="hand")
    landed(live)
    assert live.page.locator(".lv-seen figcaption").inner_text().split(":")[0] in ("real", "the model's copy of")
    live.button("Clear").click()
    live.page.get_by_text("Draw something: it lands on the map.").wait_for()


def test_its_code_is_kept_as_an_end_of_a_path(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", z=START)
    draw(live, THREE)
    landed(live)
    live.button("Use as A").click()
    live.page.wait_for_function("new URLSearchParams(location.search).get('a')")
    href = live.page.get_by_role("link", name="Walk the path").get_attribute("href")
    assert "tool=path" in href and "model=mnist-vae" in href
    assert f"a={live.query()['a'].replace(',', '%2C')}" in href


def png_of_seven() -> bytes:
    """Dark ink on white paper, as a scanner gives it."""
    image = Image.new("L", (400, 600), 255)
    ImageDraw.Draw(image).line([(110, 160), (290, 160), (180, 460)], fill=20, width=36, joint="curve")
    return _bytes(image)


def test_an_uploaded_digit_is_encoded_whichever_way_its_ink_is(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", z=START)
    live.page.set_input_files(".lv-file", {"name": "seven.png", "mimeType": "image/png", "buffer": png_of_seven()})
    z = landed(live)
    assert nearest_labels(live, z).count(7) >= 3
    assert live.levels(SEEN)[0].max() < 40, "the paper must be dark"
    assert far_from(live.levels(AGAIN), decoded("mnist-vae", z)) <= 3
    assert not live.page.locator(".lv-side .lv-problem").is_visible()


def test_broken_huge_and_foreign_uploads_are_refused_with_a_reason(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", z=START)
    whole = png_of_seven()
    refused = {
        "cut.png": (whole[:200], "broken or not an image"),
        "notes.png": (b"This is a text file with another name.\n" * 9, "broken or not an image"),
        "forty.png": (_bytes(Image.new("1", (8000, 5000))), "8,000 x 5,000 pixels; at most 4,096 a side"),
        "blank.png": (_bytes(Image.new("L", (50, 50), 255)), "one even colour"),
        "page.pdf": (b"%PDF-1.7", "not a PNG or JPEG"),
    }
    problem = live.page.locator(".lv-side .lv-problem")
    for name, (content, reason) in refused.items():
        kind = "application/pdf" if name.endswith("pdf") else "image/png"
        live.page.set_input_files(".lv-file", {"name": name, "mimeType": kind, "buffer": content})
        live.page.wait_for_selector(f".lv-side .lv-problem:has-text('{name}'):visible")
        assert reason in problem.text_content()
        assert problem.get_attribute("role") == "alert"
        assert live.page.locator(HAND).get_attribute("data-landed") is None
    draw(live, THREE)
    assert nearest_labels(live, landed(live)).count(3) >= 3


def test_a_conditional_model_draws_all_ten_classes_in_the_hand_of_the_drawing(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-cvae", by="hand", z=START)
    class_tile(live, "3").click()
    draw(live, THREE)
    z = live.wait_numbers("z", landed(live), 1e-6)
    live.rest()
    assert live.page.locator(".lv-tiles figcaption").all_text_contents() == list("0123456789")
    for label in range(10):
        assert far_from(live.levels(".lv-tiles canvas", label), decoded("mnist-cvae", z, label)) <= 3
    assert far_from(live.levels(AGAIN), decoded("mnist-cvae", z, 3)) <= 3


def test_the_pad_is_drawn_on_by_keys(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-vae", by="hand", z=START)
    pad, keys = live.page.locator(".lv-pad"), live.page.keyboard
    pad.focus()
    for key in [*["ArrowUp"] * 4, "Space", *["ArrowDown"] * 8]:
        keys.press(key)
    live.page.get_by_text("row 12, column 8, pen down").wait_for(state="attached")
    assert live.page.locator(".lv-cell").is_visible()
    keys.press("Space")
    z = landed(live)
    assert nearest_labels(live, z).count(1) >= 3, f"the bar landed at {z}"
    keys.press("Backspace")
    live.page.wait_for_selector(f"{HAND}:not([data-landed])")
    assert live.levels(".lv-pad").max() == 0


def test_an_example_is_a_test_image_and_the_ranking_says_how_sure_it_is(open_page: OpenPage) -> None:
    live = open_page("create", model="mnist-cvae", by="hand", z=START)
    live.button("Take an example").click()
    landed(live)
    name = live.page.locator(".lv-seen figcaption").inner_text()
    assert name.startswith("real: ")
    ranking = live.page.locator(".lv-maker .lv-facts").inner_text()
    assert re.fullmatch(r"\d: \d+% or more|\d: \d+%, \d: \d+%", ranking), ranking
    best = live.page.locator(".lv-tiles .lv-chosen figcaption").inner_text()
    assert ranking.startswith(f"{best}: ")
    assert live.levels(SEEN).max() > 200
    assert live.levels(".lv-pad").max() > 200, "the picture is not on the pad"


def _bytes(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
