"""The application: its parts are wired, its settings are in force, and a page's failure is told in words."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from live.words import t
from models.checkpoint import Checkpoint
from ui.page_table import PAGES

ROOT = Path(__file__).parent.parent.parent
ASK = """
import gc, json, logging, sys, time, warnings
logging.basicConfig(stream=sys.stderr)
warnings.simplefilter("ignore")
from starlette.testclient import TestClient
import app
pandas_was_there = "pandas" in sys.modules
import streamlit as st
from streamlit import config, runtime
from ui.assets import live_url, plotly_url
from ui.errors import show_script_error

with TestClient(app.app, base_url="http://127.0.0.1") as client:
    answers = {url: client.get("/" + url).status_code for url in ("", "create", "healthz", live_url("main.js"), plotly_url(), "assets/model/a/b/c")}
    frozen = gc.get_freeze_count()
    sessions = runtime.get_instance()._session_mgr
    with client.websocket_connect("ws://127.0.0.1/_stcore/stream", subprotocols=["streamlit", "x"]):
        (first,) = [info.session for info in sessions.list_active_sessions()]
    while sessions.list_active_sessions():
        time.sleep(0.01)
    with client.websocket_connect("ws://127.0.0.1/_stcore/stream", subprotocols=["streamlit", "x", first.id]):
        (again,) = [info.session for info in sessions.list_active_sessions()]
        resumed, watches = again is first, again._local_sources_watcher is not None
    pages = client.get("/create", headers={"accept": "text/html"}).headers
    strangers = [
        client.get("/", headers={"host": "evil.example"}).status_code,
        client.post("/class", json={"lesson": ""}, headers={"origin": "http://evil.example"}).status_code,
    ]
print(json.dumps({
    "is_app": isinstance(app.app, st.App), "answers": list(answers.values()), "frozen": frozen,
    "resumed": resumed, "watches": watches, "pandas": pandas_was_there, "strangers": strangers, "set_by_a_page": sorted(pages),
    "handler": app.app._on_script_error is show_script_error,
    "options": {name: config.get_option(name) for name in sys.argv[1].split(",")},
}))
"""
OPTIONS = {
    "runner.postScriptGC": False,
    "server.address": "127.0.0.1",
    "server.maxUploadSize": 32,
    "server.fileWatcherType": "none",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": False,
}


def start(folder: Path) -> tuple[dict[str, Any], str]:
    """What a fresh process finds when it starts the app on this folder of models, and what it logs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    found = subprocess.run(
        [sys.executable, "-c", ASK, ",".join(OPTIONS)], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env=environment | {"LATENT_CHECKPOINTS": str(folder)},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout.splitlines()[-1]), found.stderr


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The app started on a folder with what a killed process left there."""
    folder = tmp_path_factory.mktemp("app") / "checkpoints"
    (folder / ".writing-half-1234").mkdir(parents=True)
    (folder / ".unfinished").mkdir()
    (folder / ".unfinished" / ".writing-state-1234").write_text("x")
    found, _ = start(folder)
    return found | {"left": sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))}


def test_it_is_one_streamlit_app_that_serves_pages_and_assets(started: dict[str, Any]) -> None:
    assert started["is_app"]
    assert started["answers"] == [200, 200, 200, 200, 200, 404]


def test_a_failing_page_is_told_by_our_handler(started: dict[str, Any]) -> None:
    assert started["handler"]


@pytest.mark.parametrize(("name", "value"), OPTIONS.items())
def test_settings_are_in_force(started: dict[str, Any], name: str, value: object) -> None:
    assert started["options"][name] == value


def test_starting_clears_what_a_killed_process_left(started: dict[str, Any]) -> None:
    assert not [name for name in started["left"] if ".writing" in name]


def test_starting_opens_the_journal_of_trainings_and_ending_closes_it(started: dict[str, Any]) -> None:
    assert started["left"] == [
        ".unfinished", ".unfinished/jobs.lock", ".unfinished/jobs.sqlite", ".unfinished/open-classes.lock",
        ".unfinished/visitors.key",
    ]  # fmt: skip


def test_a_session_that_comes_back_watches_no_files(started: dict[str, Any]) -> None:
    """Streamlit would walk all modules for each, 0.2 s of everybody's time, though no file is to be watched."""
    assert started["options"]["server.fileWatcherType"] == "none"
    assert started["resumed"]
    assert not started["watches"]


def test_what_two_visitors_would_import_at_once_is_there_before_them(started: dict[str, Any]) -> None:
    assert started["pandas"]


def test_every_page_comes_through_the_entrance(started: dict[str, Any]) -> None:
    assert {"set-cookie", "x-frame-options", "link", "referrer-policy"} <= set(started["set_by_a_page"])


def test_no_other_name_and_no_page_of_another_server_comes_in(started: dict[str, Any]) -> None:
    assert started["strangers"] == [421, 403]
    assert "content-security-policy" in started["set_by_a_page"]


def test_starting_freezes_what_it_made(started: dict[str, Any]) -> None:
    assert started["frozen"] > 10_000


def test_a_folder_that_cannot_be_used_is_logged_and_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    _, log = start(tmp_path / "file" / "checkpoints")
    assert "can't be used" in log
    assert "Traceback" not in log


def test_the_table_has_every_page(open_page: Callable[..., Any], keep: Callable[..., Checkpoint]) -> None:
    keep()
    screen = open_page("main")
    for page in PAGES.values():
        screen.go(page.name)
        assert screen.has_view == (page.preloads == "map")
        assert not screen.has_view or screen.data["view"] == page.view
        assert f'<h1 class="lp-heading">{t(page.title)}</h1>' in screen.html


class TestScriptErrors:
    @staticmethod
    def shown(error: str) -> AppTest:
        script = f"""
        from models.errors import InputError
        from ui.errors import show_script_error
        assert show_script_error({error}) is True
        """
        return AppTest.from_string(script, default_timeout=10).run()

    def test_bad_input_is_shown_in_its_own_words(self) -> None:
        page = self.shown("InputError('gallery.not_in_trash', name='<img src=x>')")
        assert not page.exception
        assert page.error[0].value == r"\<img src=x\> is not in the trash any more\."

    def test_a_defect_is_logged_and_shown_without_its_details(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            page = self.shown("RuntimeError('secret path /home/me')")
        assert not page.exception
        assert "defect of the app" in page.error[0].value
        assert "secret" not in page.error[0].value
        assert "secret path /home/me" in caplog.text

    def test_bad_input_is_not_logged_as_a_defect(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            self.shown("InputError('jobs.ended')")
        assert "a page failed" not in caplog.text
