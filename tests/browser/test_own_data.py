"""Own images from the upload to their map: seen, named, learnt from, explored, and deleted."""

from pathlib import Path

from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.live_page import LivePage
from tests.datasets.own_files import two_kinds, zipped

TRAIN_MS = 120_000  # a training of two epochs, on a slow computer


def test_own_images_become_a_map_and_are_deleted(open_page: OpenPage, data: Path) -> None:
    live = open_page("train", ready=False, data="digits")  # whose time is measured soonest
    upload(live)
    two_epochs(live)
    live.page.get_by_role("button", name="Train", exact=True).click()
    live.page.wait_for_selector(".lv-film[data-ready]", timeout=TRAIN_MS)
    live.page.get_by_role("link", name=t("train.explore"), exact=True).click()
    live.page.wait_for_selector('.lv-explore[data-ready="true"]')
    assert live.query()["model"].startswith("own-shapes-vae-2d-")
    live.wait_quiet()
    read = live.page.locator("#root").inner_text()
    assert "squeezed 64 images" in read
    assert "digit" not in read.lower()
    assert live.page.locator('.lv-near .lv-frame[data-kind="real"]').count() > 0

    live.page.get_by_role("link", name="Train", exact=True).click()
    live.page.get_by_text(t("mydata.title")).click()
    live.page.get_by_text(t("mydata.delete"), exact=True).click()
    live.page.get_by_role("button", name=t("mydata.delete.yes"), exact=True).click()
    live.page.get_by_text(t("mydata.kept")).wait_for(state="detached")
    assert not list((data / "own").iterdir())


def upload(live: LivePage) -> None:
    """Looks at the images as the model will see them, and takes them."""
    live.page.get_by_text(t("mydata.title")).click()
    file = {"name": "shapes.zip", "mimeType": "application/zip", "buffer": zipped(two_kinds(40))}
    live.page.locator("input[type=file]").set_input_files(file)
    tiles = live.page.locator(".lp-tiles")
    tiles.wait_for()
    live.page.wait_for_function("() => document.querySelector('.lp-tiles').naturalWidth === 16 * 30")
    live.page.get_by_text(t("mydata.count", count=80)).wait_for()
    live.page.get_by_role("button", name=t("mydata.use"), exact=True).click()
    live.wait_query(data="own-shapes")
    tiles.wait_for(state="detached")


def two_epochs(live: LivePage) -> None:
    """As long as it takes to see that it works."""
    live.page.get_by_text(t("train.more")).click()
    epochs = live.page.get_by_label(t("train.epochs"), exact=True)
    epochs.fill("2")
    epochs.press("Enter")
    live.page.get_by_text("VAE on shapes, 2 latents").wait_for()
