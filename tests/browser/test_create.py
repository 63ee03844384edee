"""Create by class and by chance: draw me a 7, the same z in every class, new pictures; and the change of the way."""

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from
from tests.browser.live_page import LivePage

MODEL, Z = "mnist-cvae", (0.7, -0.4)
LINK = {"by": "class", "model": MODEL, "z": "0.7,-0.4", "class": "2"}


def point_colours(live: LivePage) -> int:
    """In how many colours Plotly draws the points."""
    live.page.wait_for_selector(".lv-plot[data-plotly]")
    found: int = live.page.evaluate(
        "() => new Set(document.querySelector('.lv-figure').data.filter((t) => t.marker).map((t) => t.marker.color)).size"
    )
    return found


def chosen(live: LivePage) -> list[str]:
    """The captions of the frames in the tiles that are marked."""
    return list(live.page.locator(".lv-tiles .lv-chosen figcaption").all_text_contents())


def test_a_class_button_changes_the_image_and_the_row_of_ten_follows_z(open_page: OpenPage) -> None:
    live = open_page("create", **LINK)
    assert far_from(live.levels(), decoded(MODEL, Z, 2)) <= 1
    live.page.get_by_title("Draw 7", exact=True).click()
    live.wait_query(**{"class": "7"})
    assert far_from(live.levels(), decoded(MODEL, Z, 7)) <= 1
    assert chosen(live) == ["7"]
    axes = live.axes()
    live.page.mouse.move(*axes.spot(0.7, -0.4))
    live.page.mouse.down()
    live.page.mouse.move(*axes.spot(-1.5, 1.0), steps=5)
    live.rest()
    z = axes.point(*axes.spot(-1.5, 1.0))
    for label in range(10):
        assert far_from(live.levels(".lv-tiles canvas", label), decoded(MODEL, z, label)) <= 8
    live.page.mouse.up()
    live.page.locator(".lv-tiles button").nth(3).click()
    live.wait_query(**{"class": "3"})
    assert chosen(live) == ["3"]


def test_a_mixture_of_two_classes_is_marked_as_never_seen_in_training(open_page: OpenPage) -> None:
    live = open_page("create", **LINK)
    pure = live.levels()
    assert live.page.get_by_text("never seen in training").count() == 0
    live.page.get_by_label("Second class", exact=True).select_option("5")
    share = live.page.get_by_role("slider", name="Share of the second class")
    share.focus()
    for _ in range(40):
        live.page.keyboard.press("ArrowRight")
    live.wait_query(mix="0.40", **{"with": "5"})
    assert live.page.get_by_text("never seen in training").is_visible()
    caption = live.page.locator(".lv-large figcaption").text_content()
    assert caption == "generated, 60% 2, 40% 5"
    mixed = live.levels()
    assert far_from(mixed, pure) > 40
    live.page.keyboard.press("End")
    live.wait_query(mix="1.00")
    assert far_from(live.levels(), decoded(MODEL, Z, 5)) <= 1
    live.page.keyboard.press("Home")
    live.page.wait_for_function("!location.search.includes('mix')")
    assert far_from(live.levels(), pure) == 0
    assert live.page.get_by_text("never seen in training").count() == 0


def test_a_model_that_knows_no_classes_draws_around_the_codes_of_one(open_page: OpenPage) -> None:
    live = open_page("create", by="class", model="mnist-vae")
    live.chip("0", "Class to draw").click()
    live.wait_query(**{"class": "0"})
    z = live.numbers()
    assert z[0] < 0, "the zeros lie on the left"
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 3
    assert live.page.get_by_text("20 new pictures around the codes of 0").is_visible()
    live.button("Draw again").click()
    live.wait_query(seed="1", **{"class": "0"})
    assert live.numbers() != z
    live.chip("By chance", "Ways to create").click()
    live.button("Draw again").click()
    live.page.wait_for_function("!location.search.includes('class')")
    assert live.page.get_by_text("20 new pictures from random codes").is_visible()


def test_a_sample_can_be_taken(open_page: OpenPage) -> None:
    live = open_page("create", **{**LINK, "by": "chance"})
    for nth in (0, 19):
        sample, before = live.levels(".lv-samples canvas", nth), live.query()["z"]
        live.page.locator(".lv-samples button").nth(nth).click()
        live.page.wait_for_function(f"new URLSearchParams(location.search).get('z') !== '{before}'")
        assert far_from(live.levels(), sample) == 0
        assert far_from(sample, decoded(MODEL, live.numbers(), 2)) <= 3


def test_a_screen_reader_hears_which_sample_and_which_class_a_picture_is(open_page: OpenPage) -> None:
    live = open_page("create", **{**LINK, "by": "chance"})
    live.rest()
    names = "(all) => all.map((c) => c.getAttribute('aria-label'))"
    samples = live.page.locator(".lv-samples canvas").evaluate_all(names)
    assert samples == [f"sample {k + 1} of 20, generated" for k in range(20)]
    assert live.page.locator(".lv-tiles canvas").evaluate_all(names) == [f"generated, {k}" for k in range(10)]
    assert live.page.locator(".lv-large canvas").get_attribute("aria-label") == "generated"


def test_the_map_of_a_model_that_is_told_the_class_says_why_its_points_show_none(open_page: OpenPage) -> None:
    sentence = "This model is told the class, so its code need not say it"
    told = open_page("create", **LINK)
    assert told.page.get_by_text(sentence).is_visible()
    assert point_colours(told) == 1
    untold = open_page("create", by="class", model="mnist-vae")
    assert untold.page.get_by_text(sentence).count() == 0
    assert point_colours(untold) == 10


def test_a_shuffle_number_fixes_the_samples_and_is_shown_to_who_reads_the_fields_words(open_page: OpenPage) -> None:
    link = {**LINK, "by": "chance"}
    assert open_page("create", **link).page.locator(".lv-number").count() == 0
    live = open_page("create", **link, words="field")
    number = live.page.get_by_label("Seed of the samples")
    assert number.input_value() == "0"
    first = live.levels(".lv-samples canvas", 7)
    live.button("Another draw from the prior").click()
    live.wait_query(seed="1")
    assert far_from(live.levels(".lv-samples canvas", 7), first) > 20
    number.fill("0")
    number.press("Enter")
    live.page.wait_for_function("!location.search.includes('seed')")
    assert far_from(live.levels(".lv-samples canvas", 7), first) == 0


LATER = ("encoder.json", "encoder.bin", "thumbs.webp")  # fetched when the view stands


def test_a_change_of_the_way_keeps_code_class_and_map(open_page: OpenPage) -> None:
    live = open_page("create", **LINK)
    live.wait_fetched()
    live.page.evaluate("window.kept = document.querySelector('.lv-plot')")
    picture, fetched = live.levels(), len(live.requests)
    for way, name in (("chance", "By chance"), ("hand", "By hand"), ("class", "By class")):
        live.chip(name, "Ways to create").click()
        live.wait_query(by=way, z=LINK["z"], **{"class": "2"})
        assert live.page.evaluate("window.kept === document.querySelector('.lv-plot')"), "another map"
        assert far_from(live.levels(), picture) == 0
    later = [url for url in live.requests[fetched:] if not url.endswith(LATER)]
    assert later == [], "something was fetched to change the way"


def test_all_ways_are_in_the_link(open_page: OpenPage) -> None:
    for way, selector in (("hand", ".lv-pad"), ("class", "[data-by=class] .lv-maker"), ("chance", ".lv-samples")):
        live = open_page("create", by=way)
        assert live.page.locator(selector).is_visible()
        assert live.page.locator(".lv-ways [aria-pressed=true]").count() == 1
