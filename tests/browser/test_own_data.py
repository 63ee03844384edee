"""Own images from the upload to their map: seen, named, learnt from, explored, and deleted."""

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from datasets.own import shelf
from live.words import t
from models import strict_json
from tests.browser.conftest import OpenPage
from tests.browser.live_page import PHONE, LivePage
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


def test_three_hundred_drawings_of_yesterday_and_one_of_today_become_a_data_set(
    open_page: OpenPage, data: Path
) -> None:
    live = open_page("train", ready=False, phone=True, size=PHONE, before=drawn_before, data="digits")
    live.page.get_by_text(t("mydata.title")).click()
    live.page.get_by_text(t("mydata.door.draw")).click()
    view = live.page.locator(".lv-collect")
    view.get_by_text(t("collect.count.draw", count=300), exact=True).wait_for()
    view.locator(".lv-pad").tap(position={"x": 90, "y": 60})
    view.get_by_role("button", name=t("collect.next"), exact=True).tap()
    assert view.locator(".lv-collected .lv-frame").count() == 301
    view.get_by_role("button", name=t("collect.use.draw", count=301), exact=True).tap()
    live.page.get_by_text(t("mydata.count", count=301)).wait_for()
    live.page.get_by_role("button", name=t("mydata.use"), exact=True).tap()
    live.wait_query(data="own-drawings-1234")
    record = strict_json.read(shelf.OwnRecord, (data / "own/own-drawings-1234/record.json").read_bytes(), "")
    assert record.counts == {"cat": 101, "label 2": 200}
    shutil.rmtree(data / "own")


def test_the_class_draws_its_own_data_set(open_page: OpenPage, data: Path) -> None:
    wall = open_page("train", ready=False, data="digits")
    wall.page.get_by_text(t("mydata.title")).click()
    wall.page.get_by_text(t("mydata.door.class")).first.click()
    wall.page.locator('[data-class="draw"]').click()
    code = wall.page.locator(".lp-large-letters").inner_text()
    wall.page.get_by_role("dialog").get_by_role("button", name=t("shell.close")).click()
    wall.page.get_by_label(t("collect.name")).fill("cat")
    wall.page.keyboard.press("Enter")
    phone = open_page(size=PHONE, phone=True, ready=False, join=code)
    pad = phone.page.locator(".lp-draws .lv-pad")
    phone.page.get_by_role("button", name="cat", exact=True).wait_for()
    for number in range(11):
        for step in range(4):
            pad.tap(position={"x": 60 + 50 * (step % 2) + 12 * number, "y": 60 + 60 * (step * number % 5)})
        phone.page.get_by_role("button", name=t("collect.next"), exact=True).tap()
    phone.page.get_by_text(t("gather.drawn", count=11, left=9)).wait_for()
    tiles = wall.page.locator(".lv-class-wall button")
    tiles.nth(10).click()  # the first that came
    tiles.nth(10).wait_for(state="detached")
    wall.page.get_by_role("button", name=t("collect.use.draw", count=10), exact=True).click()
    phone.page.locator(".lp-pupil").wait_for()  # no more are taken
    wall.page.get_by_text(t("mydata.count", count=10)).wait_for()
    wall.page.get_by_role("button", name=t("mydata.use"), exact=True).click()
    name = f"own-class-{code.lower()}"
    wall.wait_query(data=name)
    record = strict_json.read(shelf.OwnRecord, (data / "own" / name / "record.json").read_bytes(), "")
    assert record.train_count + record.test_count == 10
    press = wall.page.locator(".lp-class").get_by_role("button", name=t("classroom.end"), exact=True)
    press.click()
    wall.page.locator(".lp-class").get_by_role("button", name=t("classroom.end.sure"), exact=True).click()
    phone.page.get_by_text(t("classroom.ended")).wait_for()
    assert phone.page.evaluate("Object.keys(localStorage).filter((name) => name.includes('class'))") == []
    shutil.rmtree(data / "own")


def drawn_before(page: Any) -> None:
    """A browser that keeps 300 drawings: noise, so that no two are alike."""
    random = np.random.default_rng(3)
    drawings = [base64.b64encode(random.integers(0, 256, 64 * 64, np.uint8).tobytes()).decode() for _ in range(300)]
    kept = {f"lp-drawings-{number}": text for number, text in enumerate(drawings)}
    facts = {"names": ["cat", ""], "chosen": 0, "number": 1234, "handed": 0, "labels": [0, 1, 1] * 100}
    kept["lp-drawings"] = json.dumps(facts)
    page.add_init_script(f"if (!localStorage.length) Object.assign(localStorage, {json.dumps(kept)})")


def upload(live: LivePage) -> None:
    """Looks at the images as the model will see them, and takes them."""
    live.page.get_by_text(t("mydata.title")).click()
    file = {"name": "shapes.zip", "mimeType": "application/zip", "buffer": zipped(two_kinds(40))}
    live.page.locator(".st-key-my-data-file input[type=file]").set_input_files(file)
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
