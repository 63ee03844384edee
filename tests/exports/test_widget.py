"""A widget of a notebook: what goes along in it, and that its state goes both ways and lies in what a notebook saves."""

import base64
import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from exports.widget import Compare, Map
from live.library import OpenModel
from models.errors import InputError

Open = Callable[..., OpenModel]


def inside(widget: Any) -> dict[str, Any]:
    """What the page unpacks."""
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(widget.packed)))
    return found


def test_a_map_holds_its_code_and_its_model(opened: Open) -> None:
    opened()
    widget = Map("tiny-vae", tool="point", z="0.5,1")
    found = inside(widget)
    assert list(found["texts"])[-1] == "cell/main.js"
    assert "views/explore.js" in found["texts"]
    assert "shell/take.js" not in found["texts"], "the page's frame is not in a cell"
    assert {"tiny-vae/decoder.json", "tiny-vae/decoder.bin", "tiny-vae/latents.bin"} <= set(found["files"])
    assert "tiny-vae/encoder.bin" not in found["files"]
    assert ".lp-cell" in found["style"]
    assert not re.search(r"^(body|html|:root)\b", found["style"], re.MULTILINE), "a notebook keeps its own rules"
    assert (widget.place, widget.state) == ("explore", {"tool": "point", "z": "0.5,1"})


def test_models_stand_side_by_side(opened: Open) -> None:
    opened()
    opened("cvae")
    widget = Compare("tiny-vae", "tiny-cvae")
    assert widget.place == "compare"
    assert {"tiny-vae/decoder.bin", "tiny-cvae/decoder.bin"} <= set(inside(widget)["files"])


def test_its_state_goes_both_ways_and_is_saved_with_the_notebook(opened: Open) -> None:
    opened()
    widget = Map("tiny-vae")
    heard: list[Any] = []
    widget.observe(heard.append, "state")
    widget.set_state({"state": {"z": "1,2", "tool": "point"}})  # as the page says it
    assert widget.state == {"z": "1,2", "tool": "point"}
    assert [change["new"] for change in heard] == [{"z": "1,2", "tool": "point"}]
    widget.state = {"z": "0,0"}
    saved = widget.get_state()
    assert saved["state"] == {"z": "0,0"}
    assert saved["packed"] == widget.packed
    assert "export default" in saved["_esm"]


def test_bad_models_and_states_are_refused(opened: Open) -> None:
    opened()
    for wrong in (lambda: Map("gone"), lambda: Compare("tiny-vae"), lambda: Compare("tiny-vae", "tiny-vae")):
        with pytest.raises(InputError, match=r"export\.(no_model|side_by_side)"):
            wrong()
    from traitlets import TraitError

    with pytest.raises(TraitError):
        Map("tiny-vae").state = {"z": 3}
