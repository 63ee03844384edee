"""Draw your own: where a drawn 3 lands, and which uploads are refused."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of
from tests.browser.live_page import LivePage

SEEN, AGAIN = ".lv-pair canvas >> nth=0", ".lv-pair canvas >> nth=1"


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
        "(before) => { const at = document.querySelector('.lv').dataset.landed; return at && at !== before }",
        arg=not_at,
    )
    live.settle()
    return [float(part) for part in live.page.locator(".lv").get_attribute("data-landed").split(",")]


def nearest_labels(live: LivePage, z: list[float]) -> list[int]:
    """The classes of the five test images nearest to z, as torch's latents have it."""
    latents = latents_of("mnist-vae")
    order = np.square(latents.mu.numpy() - np.array(z)).sum(1).argsort()[:5]
    return [int(latents.labels[int(i)]) for i in order]


def test_a_drawn_three_lands_among_the_threes_and_is_drawn_again(open_page: OpenPage) -> None:
    live = open_page("draw", model="mnist-vae")
    assert live.levels(SEEN).max() == 0
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
    live = open_page("draw", model="mnist-vae")
    draw(live, [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)])
    one = landed(live)
    text = live.page.locator(".lv").get_attribute("data-landed")
    draw(live, [(0.2, 0.5), (0.8, 0.5)])
    landed(live, not_at=text)
    live.button("Undo").click()
    live.page.wait_for_function(f"document.querySelector('.lv').dataset.landed === '{text}'")
    live.wait_numbers("z", one, 1e-6)
    live.button("Clear").click()
    live.page.wait_for_function("!location.search.includes('z=')")
    assert live.page.get_by_text("Draw something: it lands on the map.").is_visible()
    assert live.levels(SEEN).max() == live.levels(AGAIN).max() == live.levels(".lv-pad").max() == 0
    assert live.page.locator(".lv-mark-yours").count() == 0


def png_of_seven() -> bytes:
    """Dark ink on white paper, as a scanner gives it."""
    image = Image.new("L", (400, 600), 255)
    ImageDraw.Draw(image).line([(110, 160), (290, 160), (180, 460)], fill=20, width=36, joint="curve")
    return _bytes(image)


def test_an_uploaded_digit_is_encoded_whichever_way_its_ink_is(open_page: OpenPage) -> None:
    live = open_page("draw", model="mnist-vae")
    live.page.set_input_files(".lv-file", {"name": "seven.png", "mimeType": "image/png", "buffer": png_of_seven()})
    z = landed(live)
    assert nearest_labels(live, z).count(7) >= 3
    assert live.levels(SEEN)[0].max() < 40, "the paper must be dark"
    assert far_from(live.levels(AGAIN), decoded("mnist-vae", z)) <= 3
    assert not live.page.locator(".lv-side .lv-problem").is_visible()


def test_broken_huge_and_foreign_uploads_are_refused_with_a_reason(open_page: OpenPage) -> None:
    live = open_page("draw", model="mnist-vae")
    whole = png_of_seven()
    refused = {
        "cut.png": (whole[:200], "broken or not an image"),
        "notes.png": (b"This is a text file with another name.\n" * 9, "broken or not an image"),
        "forty.png": (_bytes(Image.new("1", (8000, 5000))), "8000 x 5000 pixels; at most 4096 a side"),
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
        assert live.page.locator(".lv").get_attribute("data-landed") is None
    draw(live, THREE)
    assert nearest_labels(live, landed(live)).count(3) >= 3


def test_a_conditional_model_draws_all_ten_classes_in_the_hand_of_the_drawing(open_page: OpenPage) -> None:
    live = open_page("draw", model="mnist-cvae")
    live.chip("3", "Class to draw").click()
    draw(live, THREE)
    z = live.wait_numbers("z", landed(live), 1e-6)
    assert live.page.locator(".lv-tens figcaption").all_text_contents() == list("0123456789")
    for label in range(10):
        assert far_from(live.levels(".lv-tens canvas", label), decoded("mnist-cvae", z, label)) <= 3
    assert far_from(live.levels(AGAIN), decoded("mnist-cvae", z, 3)) <= 3


def _bytes(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
