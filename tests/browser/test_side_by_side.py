"""Compare, side by side, in Chromium: the same image, the same place and one drawing in every model; a guess; a link."""

from live.words import t
from models.checkpoint import load
from tests.browser.conftest import OpenPage
from tests.browser.decoded import SHIPPED, decoded, far_from, latents_of
from tests.browser.live_page import PHONE, PROJECTOR, LivePage

MODELS = ("mnist-vae", "mnist-mmd-vae")
CORNER = ".lv-panel .lv-corner canvas"


def sides(live: LivePage) -> list[dict[str, float]]:
    """The boxes of the maps on the screen."""
    boxes = [found.bounding_box() for found in live.page.locator(".lv-side-map").all()]
    assert all(boxes)
    return boxes


def test_the_same_image_is_ringed_and_decoded_in_every_map(open_page: OpenPage) -> None:
    live = open_page("compare", size=PROJECTOR, by="side", models=",".join(MODELS), point="7")
    live.page.locator(".lv-compare-own .lv-frame").wait_for()  # the sheet of test images
    live.wait_fetched()
    live.rest()
    requests = len(live.requests)
    for k, name in enumerate(MODELS):
        assert far_from(live.levels(CORNER, k), decoded(name, latents_of(name).mu[7].tolist())) <= 1
    box = sides(live)[0]
    live.page.mouse.move(box["x"] + box["width"] * 0.42, box["y"] + box["height"] * 0.5)
    live.page.wait_for_function("() => new URLSearchParams(location.search).get('point') !== '7'")
    live.rest()
    point = int(live.query()["point"])
    for k, name in enumerate(MODELS):
        assert far_from(live.levels(CORNER, k), decoded(name, latents_of(name).mu[point].tolist())) <= 1
    assert live.page.get_by_text("77", exact=False).first.is_visible(), "how much the turn explains is said"
    assert live.requests[requests:] == [], "a hand asks the server for nothing"

    live.chip(t("side.cursor.place"), t("side.cursor")).click()
    live.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    live.page.wait_for_function("() => new URLSearchParams(location.search).has('z')")
    live.rest()
    z = live.numbers("z")
    assert far_from(live.levels(CORNER, 0), decoded(MODELS[0], z)) <= 1, "the frame is the first model's"
    assert far_from(live.levels(CORNER, 1), decoded(MODELS[1], z)) > 1, "the second one's code is turned back"

    link = live.page.url
    live.page.goto(link)
    live.wait_ready()
    live.rest()
    assert live.numbers("z") == z
    assert live.query()["models"] == ",".join(MODELS)
    assert far_from(live.levels(CORNER, 0), decoded(MODELS[0], z)) <= 1


def test_a_difference_a_group_and_what_changed(open_page: OpenPage) -> None:
    live = open_page("compare", by="side", models=",".join(MODELS))
    live.page.locator(".lv-compare-own .lv-frame").wait_for()  # the original, without which there is no difference
    live.rest()
    copies = live.levels(CORNER, 0)
    live.page.keyboard.press("d")
    live.wait_query(shows="difference")
    live.rest()
    assert far_from(live.levels(CORNER, 0), copies) > 30
    live.chip(t("side.tell.trails"), t("side.tell")).click()
    table = live.page.locator(".lv-told")
    table.wait_for()
    found = [row.locator("td").first.inner_text() for row in table.locator("tbody tr").all()]
    better = load(SHIPPED / MODELS[1]).run.test.log_likelihood - load(SHIPPED / MODELS[0]).run.test.log_likelihood
    shown = float(found[0].split("±")[0].replace("−", "-"))
    assert abs(shown - better) < 1.0, "the paired difference is near that of the records"

    live.page.get_by_role("button", name=t("side.group")).click()
    box = sides(live)[0]
    x, y = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4
    live.page.mouse.move(x, y)
    live.page.mouse.down()
    for dx, dy in ((60, 0), (60, 60), (0, 60), (0, 0)):
        live.page.mouse.move(x + dx, y + dy)
    live.page.mouse.up()
    live.page.get_by_text("ringed in all maps").wait_for(state="attached")


def test_a_drawing_is_encoded_by_every_model_on_a_phone(open_page: OpenPage) -> None:
    live = open_page("compare", size=PHONE, phone=True, by="side", set="four-objectives", cursor="drawing")
    maps = sides(live)
    assert len(maps) == 4
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0] for box in maps)
    assert all(maps[k]["y"] < maps[k + 1]["y"] for k in range(3)), "one under the other"
    assert live.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    pad = live.page.locator(".lv-compare-pad canvas")
    pad.focus()
    for key in (" ", "ArrowDown", "ArrowDown", "ArrowDown", " "):
        live.page.keyboard.press(key)
    live.page.wait_for_function("() => !document.querySelector('.lv-nothing-yet')")


def test_what_a_question_hides_is_nowhere_on_the_screen(open_page: OpenPage) -> None:
    live = open_page("compare", by="side", set="three-seeds", guess="ask")
    live.rest()
    panel = live.page.locator(".lv-panel").nth(1)
    assert live.page.locator(".lv-panel .lv-mark-cursor").count() == 2, "the ring would tell where the image lies"
    assert not panel.locator(".lv-corner").is_visible()
    box = sides(live)[1]
    live.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    live.page.get_by_text("all images lie nearer", exact=False).wait_for()
    live.rest()
    assert live.page.locator(".lv-panel .lv-mark-cursor").count() == 3
    assert panel.locator(".lv-corner").is_visible()


def test_a_question_with_answers_takes_no_pin(open_page: OpenPage) -> None:
    live = open_page("compare", by="side", set="deck-forces", guess="ask")
    box = sides(live)[1]
    live.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    live.rest()
    assert live.query()["guess"] == "ask"
    assert not live.page.locator(".lv-panel").nth(1).locator(".lv-corner").is_visible()
    live.chip(t("side.cursor.drawing"), t("side.cursor")).click()
    live.button(t("draw.example")).click()
    live.page.wait_for_function("() => document.querySelectorAll('.lv-panel:not(.lv-nothing-yet)').length === 2")
    live.rest()
    found = live.page.locator(".lv-panel .lv-mark-ellipse").count()
    assert found == 2, "an uploaded or drawn image has its posterior in every map that is seen"


def test_a_guess_comes_before_the_names(open_page: OpenPage) -> None:
    live = open_page("compare", size=PROJECTOR, by="side", set="four-objectives", guess="ask")
    names = live.page.locator(".lv-panel-name")
    assert names.all_text_contents() == list("ABCD")
    assert live.page.locator(".lv-panel-done").first.is_hidden()
    bottom = max(box["y"] + box["height"] for box in sides(live))
    assert bottom <= PROJECTOR[1], "four maps fit a projector"
    live.button("B").click()
    live.wait_query(guess="1")
    live.page.get_by_text(t("side.guess.right", option="B")).wait_for()
    assert names.all_text_contents()[1] == "CVAE"
