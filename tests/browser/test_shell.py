"""The frame of the pages: one press of Back is one page, no page is reloaded, and the bar can be used by anybody."""

from typing import Any

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.live_page import DESKTOP, PHONE, PROJECTOR, LivePage

TOUR = ("Create", "Train", "Compare")
NODES, LISTENERS = 20, 4  # what a tour of the pages may leave behind


def go(live: LivePage, title: str, key: str = "") -> None:
    """Follows a link of the bar, by mouse or by a key, until the page is there."""
    link = live.page.locator(".lp-places").get_by_role("link", name=title, exact=True)
    if key:
        link.focus()
        live.page.keyboard.press(key)
    else:
        link.click()
    arrive(live, title)


def arrive(live: LivePage, title: str) -> None:
    """Waits until the page of this title is shown, and named everywhere."""
    live.page.wait_for_function(
        "(title) => document.title === `${title} · Latent Playground`"
        " && document.querySelector('h1')?.textContent === title"
        " && document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'",
        arg=title,
    )
    live.page.wait_for_timeout(300)  # the page completes its address
    assert live.page.locator(".lp-places [aria-current=page]").all_text_contents() == [title]
    assert live.page.locator("h1").count() == 1


def test_one_press_of_back_is_one_page_and_none_is_reloaded(open_page: OpenPage) -> None:
    live = open_page("", ready=False)
    arrive(live, "Explore")
    documents = [url for url in live.requests if url.rstrip("/") == live.address]
    live.requests.clear()
    for title in TOUR:
        go(live, title, key="Enter" if title == "Train" else "")
    for title in ("Train", "Create", "Explore"):
        live.page.go_back()
        arrive(live, title)
    live.page.go_forward()
    arrive(live, "Create")
    assert len(documents) == 1
    assert not [
        url for url in live.requests if url.split("?")[0].rpartition("/")[2] in ("", "create", "train", "compare")
    ]


def test_a_page_opened_directly_asks_for_nothing_that_is_not_there(open_page: OpenPage) -> None:
    missing: list[str] = []

    def watch(page: Any) -> None:
        page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)

    live = open_page("compare", ready=False, before=watch)
    arrive(live, "Compare")
    assert missing == []


@pytest.mark.parametrize("size", [PHONE, PROJECTOR], ids=["phone", "wide"])
def test_the_bar_is_on_the_screen_with_words_and_room_to_touch(open_page: OpenPage, size: tuple[int, int]) -> None:
    live = open_page("compare", size=size, phone=size == PHONE, ready=False)
    live.page.locator("h1").first.wait_for(state="attached")
    assert live.page.locator('[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"]').count() == 0
    assert live.page.locator(".lp-mark").is_visible()
    page = live.page.locator('[data-testid="stMain"]').bounding_box()
    assert page["y"] + page["height"] <= size[1], "the page's end can't be scrolled to"
    for link in live.page.locator(".lp-places a").all():
        box = link.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
        assert box["height"] >= (44 if size == PHONE else 24)
        below, above = box["y"] >= page["y"] + page["height"], box["y"] + box["height"] <= page["y"]
        assert below if size == PHONE else above
        assert link.evaluate("(link) => link.scrollWidth <= link.clientWidth"), "a word is cut"
    for tool in live.page.locator(".lp-tools button").all():
        box = tool.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= page["y"]
        assert min(box["width"], box["height"]) >= (44 if size == PHONE else 24)


def test_the_keyboard_skips_the_bar_and_sees_where_it_is(open_page: OpenPage) -> None:
    live = open_page("", ready=False)
    arrive(live, "Explore")
    live.page.keyboard.press("Tab")
    assert live.page.evaluate("document.activeElement.className") == "lp-skip"
    assert live.page.locator(".lp-skip").bounding_box()["y"] >= 0
    live.page.keyboard.press("Enter")
    assert live.page.evaluate("document.activeElement.id") == "stMain"
    while live.page.evaluate("document.activeElement.closest('.lp-places') === null"):
        live.page.keyboard.press("Shift+Tab")
    style = live.page.evaluate("(({ outlineStyle, outlineWidth }) => [outlineStyle, outlineWidth])"
                               "(getComputedStyle(document.activeElement))")  # fmt: skip
    assert style == ["solid", "3px"]


def test_words_of_the_field_go_along_and_are_one_press(open_page: OpenPage) -> None:
    live = open_page("", model="mnist-vae")
    arrive(live, "Explore")
    switch = live.page.locator(".lp-words")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    live.wait_query(words="field")
    assert switch.get_attribute("aria-pressed") == "true"
    href = live.page.locator(".lp-places a", has_text="Library").get_attribute("href")
    assert href.endswith("/library?words=field"), "a new tab would speak other words"
    go(live, "Library")
    live.wait_query(words="field")
    switch.click()
    live.page.wait_for_function("() => !location.search.includes('words')")
    assert switch.get_attribute("aria-pressed") == "false"


def test_a_model_is_chosen_by_pictures_in_one_step_of_the_history(open_page: OpenPage) -> None:
    live = open_page("", model="mnist-vae", z="0.3,-1", tool="point")
    arrive(live, "Explore")
    steps = live.page.evaluate("history.length")
    live.page.locator(".lp-model").click()
    dialog = live.page.get_by_role("dialog", name="Choose a model")
    dialog.get_by_role("link", name="VAE 2 numbers", exact=True).wait_for()
    assert live.page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"
    dialog.get_by_role("link", name="CVAE 2 numbers", exact=True).press("Enter")
    live.page.wait_for_function("() => document.querySelector('.lp-model').textContent.includes('CVAE')")
    live.wait_ready()
    live.wait_query(model="mnist-cvae", z="0.3,-1", tool="point")
    assert live.page.evaluate("history.length") == steps + 1
    live.page.go_back()
    live.page.wait_for_function("() => !document.querySelector('.lp-model').textContent.includes('CVAE')")
    live.wait_query(model="mnist-vae", z="0.3,-1")


def test_a_model_of_another_size_keeps_no_code_and_a_place_without_models_leads_to_explore(
    open_page: OpenPage,
) -> None:
    live = open_page("library", ready=False)
    arrive(live, "Library")
    live.page.locator(".lp-model").click()
    dialog = live.page.get_by_role("dialog", name="Choose a model")
    dialog.get_by_role("button", name="Clothes").click()
    dialog.get_by_role("link", name="VAE 2 numbers", exact=True).click()
    arrive(live, "Explore")
    live.wait_query(model="fashion-vae")
    live.page.locator(".lp-model").click()
    live.page.keyboard.press("Escape")
    assert live.page.evaluate("document.activeElement.className") == "lp-model", "focus returns"


def test_a_link_is_copied_and_shown_as_a_code(open_page: OpenPage) -> None:
    live = open_page("library", ready=False)
    arrive(live, "Library")
    live.page.locator(".lp-share").click()
    dialog = live.page.get_by_role("dialog", name="Share this view")
    assert dialog.get_by_label("The link to what you see").input_value() == live.page.url
    assert dialog.get_by_text("Other devices can’t open this address").is_visible()
    live.page.wait_for_function("() => document.querySelector('.lp-code img').naturalWidth > 0")
    dialog.get_by_role("button", name="Copy link").click()
    dialog.get_by_role("button", name="Copied").wait_for()
    dialog.get_by_role("button", name="Show the code on the whole screen").click()
    box = live.page.locator(".lp-large-code img").bounding_box()
    assert box["height"] == DESKTOP[1]
    live.page.keyboard.press("Escape")
    assert dialog.is_visible()


GROUNDS = "() => ['.stApp', 'body'].map((name) => getComputedStyle(document.querySelector(name)).backgroundColor)"
DARK = ["rgb(21, 22, 27)"] * 2
# every ground that is on the screen from the first frame on
SEEN_GROUNDS = f"""
(() => {{
  window.grounds = {{}}
  const look = () => {{
    if (document.querySelector(".stApp")) window.grounds[({GROUNDS})()] = true
    if (document.body) window.grounds[getComputedStyle(document.body).backgroundColor] = true
    requestAnimationFrame(look)
  }}
  look()
}})()
"""


def test_the_theme_changes_at_once_and_stays(open_page: OpenPage) -> None:
    live = open_page("library", stranger=True, ready=False)
    arrive(live, "Library")
    assert live.page.evaluate(GROUNDS) == ["rgb(255, 255, 255)"] * 2
    live.page.evaluate("document.addEventListener('lp-theme', (event) => (window.told = event.detail.dark))")
    button = live.page.locator(".lp-theme")
    button.click()
    live.page.wait_for_function("() => window.told === true")
    assert live.page.evaluate(GROUNDS) == DARK
    assert button.get_attribute("aria-label") == "Theme: dark"
    live.page.add_init_script(SEEN_GROUNDS)
    live.page.reload()
    arrive(live, "Library")
    assert live.page.evaluate("Object.keys(window.grounds)") == [DARK[1], ",".join(DARK)], "another ground flashed"
    button.click()
    assert button.get_attribute("aria-label") == "Theme: light"
    button.click()
    assert button.get_attribute("aria-label") == "Theme: as the system"


def test_the_presenters_screen_follows_the_address_and_a_key(open_page: OpenPage) -> None:
    live = open_page("library", size=PROJECTOR, ready=False, present="1", hide="about")
    arrive(live, "Library")
    assert not live.page.locator(".lp-tools").is_visible()
    assert live.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 24
    live.page.keyboard.press("p")
    assert live.page.locator(".lp-tools").is_visible()
    query = live.query()
    assert "present" not in query and query["hide"] == "about"
    display = live.page.evaluate(
        "(name) => { const part = document.body.appendChild(document.createElement('i')); part.dataset.part = name;"
        " return getComputedStyle(part).display }",
        "about",
    )
    assert display == "none"


def test_a_tour_leaves_nothing_behind(open_page: OpenPage) -> None:
    live = open_page("", ready=False)
    session = live.page.context.new_cdp_session(live.page)
    session.send("Performance.enable")

    def tour() -> tuple[int, int]:
        for title in (*TOUR, "Explore"):
            go(live, title)
        for _ in range(2):
            session.send("HeapProfiler.collectGarbage")
        metrics = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
        return metrics["Nodes"], metrics["JSEventListeners"]

    arrive(live, "Explore")
    nodes, listeners = map(min, zip(tour(), tour(), strict=True))
    counts: list[tuple[int, int]] = []
    # React may hold the page before, once: it goes with the next; what is left behind grows for ever
    while len(counts) < 3 or not (
        counts[-1][0] <= nodes + len(counts) * NODES and counts[-1][1] <= listeners + len(counts) * LISTENERS
    ):
        assert len(counts) < 10, (nodes, listeners, counts)
        counts.append(tour())
