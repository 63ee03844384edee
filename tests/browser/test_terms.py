"""A dotted word: one card with the word in both layers, its line and its picture, by tap, Enter or a resting mouse."""

from typing import Any

from live.words import in_layers, t
from tests.browser.conftest import OpenPage
from tests.browser.live_page import PHONE, LivePage

CARD = ".lp-meaning:popover-open"
LINE, PICTURE = ".lp-meaning-line", ".lp-drawing"


def form(open_page: OpenPage, **settings: Any) -> LivePage:
    """The page Train in the field's words, whose objective is said in terms."""
    live = open_page("train", ready=False, words="field", **settings)
    live.page.locator(".lp-term").first.wait_for()
    live.page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    live.page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")  # then no word moves
    live.settle()
    return live


def word(live: LivePage, name: str) -> Any:
    return live.page.locator(f'.lp-term[data-term="{name}"]')


def focused(live: LivePage) -> str:
    found: str = live.page.evaluate("document.activeElement.dataset.term ?? document.activeElement.className")
    return found


def test_a_key_opens_it_and_escape_returns(open_page: OpenPage) -> None:
    live = form(open_page)
    assert not [url for url in live.requests if url.endswith(".svg")], "before anybody asks"
    word(live, "kl").focus()
    live.page.keyboard.press("Enter")
    card = live.page.get_by_role("dialog", name=in_layers("term.kl")["field"])
    card.wait_for()
    assert card.locator(LINE).inner_text() == t("term.kl.line")
    assert card.locator(".lp-meaning-other").inner_text() == f"in plain words: {t('term.kl')}"
    assert card.locator(PICTURE).bounding_box()["width"] > 200
    assert word(live, "kl").get_attribute("aria-expanded") == "true"
    assert focused(live) == "lp-meaning"
    live.page.evaluate("document.addEventListener('keydown', () => (window.heard = true))")
    live.page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert not live.page.evaluate("window.heard"), "one Escape closes one thing"
    assert focused(live) == "kl"
    assert word(live, "kl").get_attribute("aria-expanded") is None


def test_a_tap_opens_it_inside_the_screen_and_another_closes_it(open_page: OpenPage) -> None:
    live = form(open_page, size=PHONE, phone=True)
    for name in ("elbo", "reconstruction", "kl"):
        word(live, name).tap()
        live.page.locator(CARD).get_by_text(t(f"term.{name}.line")).wait_for()
        box = live.page.locator(CARD).bounding_box()
        assert box["x"] >= 8 and box["x"] + box["width"] <= PHONE[0] - 8
        assert box["y"] >= 8 and box["y"] + box["height"] <= PHONE[1] - 8
    word(live, "kl").tap()
    live.page.locator(CARD).wait_for(state="hidden")
    word(live, "kl").tap()
    live.page.locator(CARD).wait_for()
    live.page.touchscreen.tap(200, 20)
    live.page.locator(CARD).wait_for(state="hidden")


def test_a_resting_mouse_shows_it_and_a_click_keeps_it(open_page: OpenPage) -> None:
    live = form(open_page)
    card = live.page.locator(CARD)
    word(live, "kl").hover()
    card.wait_for()
    assert focused(live) != "lp-meaning", "a mouse that rests takes the focus from nobody"
    card.hover()
    live.page.wait_for_timeout(400)
    assert card.is_visible()
    live.page.mouse.move(5, 600)
    card.wait_for(state="hidden")
    word(live, "kl").hover()
    card.wait_for()
    # its picture takes longer than a hand that goes on
    live.page.route("**/kl.svg", lambda route: (live.page.wait_for_timeout(500), route.continue_()))
    word(live, "kl").click()
    live.page.mouse.move(5, 600)
    card.wait_for(state="hidden")
    card.wait_for()
    live.page.wait_for_timeout(400)
    assert card.is_visible()
    live.page.mouse.click(5, 600)
    card.wait_for(state="hidden")


def test_it_speaks_the_layer_of_the_link_and_leaves_with_its_page(open_page: OpenPage) -> None:
    live = open_page("", model="mnist-vae")
    live.page.get_by_text(t("about.title"), exact=True).click()
    word(live, "kl").click()
    live.page.get_by_role("dialog", name=t("term.kl")).wait_for()
    assert live.page.locator(".lp-meaning-other").inner_text() == f"in the field: {in_layers('term.kl')['field']}"
    live.page.locator(".lp-places a").nth(3).focus()
    live.page.keyboard.press("Enter")
    live.page.locator(CARD).wait_for(state="hidden")
