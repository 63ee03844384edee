"""What the tests of the pages share: a folder of tiny models, and a page as a person and a browser meet it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from models import gallery
from models.checkpoint import Checkpoint

PAGES = Path(__file__).parent.parent.parent / "pages"


class Screen:
    """One page. `query`: the address bar; `data`: what the live view was told; `send`: the live view moves."""

    def __init__(self, page: str, **query: str) -> None:
        self.test = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=20)
        # without one, AppTest looks for components in every installed package: most of a test's time
        self.test._bidi_component_manager = BidiComponentManager()
        self.test.query_params.update(query)
        self.run()

    def run(self) -> Self:
        self.test.run()
        return self

    def go(self, page: str, **query: str) -> Self:
        """Follows a link of the navigation, which empties the address bar, or a link with these parameters."""
        self.test.query_params.clear()
        self.test.query_params.update(query)
        self.test.switch_page(f"{page}.py")
        return self.run()

    def visit(self, **query: str) -> Self:
        """The address bar says something else on the same page, as when the bar's chooser shows another model."""
        self.test.query_params.clear()
        self.test.query_params.update(query)
        return self.run()

    def pick(self, key: str, value: str) -> Self:
        """Chooses the option of a picker by what it shows."""
        self.test.selectbox(key=key).select(value)
        return self.run()

    def send(self, state: object) -> Self:
        """The live view reports its state, as `setStateValue("state", state)` does."""
        return self.send_text(json.dumps({"state": state}))

    def command(self, message: object) -> Self:
        """The live view sends a command, as `setTriggerValue("command", message)` does."""
        states = self.test._tree.get_widget_states()
        name = f"$$STREAMLIT_INTERNAL_KEY_{self._component().proto.id}__events"
        states.widgets.add(id=name, json_trigger_value=json.dumps([{"event": "command", "value": message}]))
        self.test._run(states)
        return self

    def click(self, label: str) -> Self:
        """Presses the button with this label."""
        (button,) = (button for button in self.test.button if plain(button.label) == label)
        button.click()
        return self.run()

    def send_text(self, text: str) -> Self:
        """The browser sends this in the live view's place."""
        states = self.test._tree.get_widget_states()
        states.widgets.add(id=self._component().proto.id, json_value=text)
        self.test._run(states)
        return self

    @property
    def query(self) -> dict[str, str]:
        values = self.test.query_params.items()
        return {name: value[0] if isinstance(value, list) else value for name, value in values}

    @property
    def data(self) -> dict[str, Any]:
        """The live view's data as the browser reads it: strict JSON."""

        def refuse(constant: str) -> None:
            raise ValueError(f"{constant} is not JSON")

        found = json.loads(self._component().proto.json, parse_constant=refuse)
        assert isinstance(found, dict)
        return found

    @property
    def has_view(self) -> bool:
        return any(node.type == "bidi_component" for node in self.test._tree)

    @property
    def warnings(self) -> list[str]:
        return [plain(element.value) for element in self.test.warning]

    @property
    def errors(self) -> list[str]:
        return [plain(element.value) for element in self.test.error]

    @property
    def html(self) -> list[str]:
        return [node.proto.body for node in self.test._tree if node.type == "html"]

    @property
    def rendered(self) -> list[str]:
        """Every text on the page that is rendered as Markdown, as it is sent to the browser."""
        nodes = list(self.test._tree)
        found = [
            node.value for node in nodes if node.type in ("markdown", "caption", "warning", "error", "info", "success")
        ]
        found += [
            node.proto.label
            for node in nodes
            if node.type in ("button", "download_button", "page_link", "file_uploader")
        ]
        found += [option.content for node in nodes if node.type == "button_group" for option in node.proto.options]
        return found

    @property
    def read(self) -> str:
        """The same as a person reads it, a text a line."""
        return "\n".join(map(plain, self.rendered))

    def _component(self) -> Any:
        (component,) = (node for node in self.test._tree if node.type == "bidi_component")
        return component


def plain(text: str) -> str:
    """What a person reads where `for_markdown` was used."""
    return text.replace("\\", "").replace("\u2060", "")


@pytest.fixture(autouse=True)
def _without_disk_and_worker(no_fsync: None, ended_trainings: None) -> None:
    """Nothing here waits for the disk, and no worker outlives its test."""


@pytest.fixture
def open_page(checkpoint_folder: Path) -> Iterator[Callable[..., Screen]]:
    """A function that opens a page without an exception: `open_page("explore", model="tiny-vae")`."""
    assert checkpoint_folder.is_dir()
    opened: list[Screen] = []

    def make(page: str, **query: str) -> Screen:
        opened.append(Screen(page, **query))
        return opened[-1]

    yield make
    for screen in opened:
        assert not screen.test.exception, screen.test.exception[0].value


@pytest.fixture
def keep(checkpoint_folder: Path, make_checkpoint: Callable[..., Checkpoint]) -> Callable[..., Checkpoint]:
    """A function that puts a tiny model into the folder: `keep("cvae", latent_dim=3, title="Mine")`.

    `title`, `device` and `data` (a dictionary) replace what the record says.
    """
    assert checkpoint_folder.is_dir()

    def make(
        family: str = "vae", latent_dim: int = 2, data: dict[str, Any] | None = None, made: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Checkpoint:  # fmt: skip
        checkpoint = make_checkpoint(family, latent_dim, **settings)
        run = replace(checkpoint.run, data=replace(checkpoint.run.data, **(data or {})), **(made or {}))
        checkpoint = replace(checkpoint, run=run)
        gallery.add(checkpoint, replace=True)
        return checkpoint

    return make


@pytest.fixture
def models(keep: Callable[..., Checkpoint]) -> dict[str, Checkpoint]:
    """Four tiny models by name: a VAE, a CVAE with 3 latents, a beta-VAE with 4, an autoencoder with 1."""
    made = [keep(), keep("cvae", 3), keep("beta-vae", 4), keep("autoencoder", 1)]
    return {checkpoint.run.run_id: checkpoint for checkpoint in made}
