"""A model as a hub's folder and back: every byte the same, the card readable and true, whatever a title holds."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exports.card import card, mixed_up
from exports.command import main
from exports.hub import hub_files, hub_zip, read
from models import gallery
from models.checkpoint import FILES, Checkpoint, Latents, from_zip, load, to_files, zipped
from models.errors import InputError
from models.scores import Scores

Make = Callable[..., Checkpoint]
pytestmark = pytest.mark.usefixtures("no_fsync")


def head_of(text: str) -> dict[str, Any]:
    """The YAML between the two lines of dashes, where every value is JSON."""
    _, head, _ = text.split("---\n", 2)
    return {name: json.loads(value) for name, value in (line.split(": ", 1) for line in head.splitlines())}


def test_a_model_goes_out_and_comes_in_bit_for_bit(
    make_checkpoint: Make, with_film: Callable[..., Checkpoint], checkpoint_folder: Path, tmp_path: Path
) -> None:
    scores = Scores(np.linspace(-30, -10, 20, dtype=np.float32), 8)
    gallery.add(replace(with_film(make_checkpoint(weights_type=np.float16)), scores=scores))
    there = {path.name: path.read_bytes() for path in (checkpoint_folder / "tiny-vae").iterdir()}
    assert main(["hub", "tiny-vae", str(tmp_path / "out"), "--licence", "mit"]) == 0
    out = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert out.pop("README.md").startswith(b'---\nlicense: "mit"\n')
    assert (out.pop("config.json"), out.pop("model.safetensors")) == (there["run.json"], there["weights.safetensors"])
    assert out == {name: there[name] for name in there if name not in ("run.json", "weights.safetensors")}
    packed = tmp_path / "hub.zip"
    packed.write_bytes(hub_zip("tiny-vae"))
    for source in (tmp_path / "out", packed):
        shutil.rmtree(checkpoint_folder / "tiny-vae")
        assert main(["import", str(source)]) == 0
        assert {path.name: path.read_bytes() for path in (checkpoint_folder / "tiny-vae").iterdir()} == there


def test_what_is_no_model_is_refused(
    tiny_checkpoint: Checkpoint, checkpoint_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery.add(tiny_checkpoint)
    assert main(["hub", "tiny-vae", str(tmp_path / "out")]) == 0
    assert main(["import", str(tmp_path / "out")]) == 2  # the name is taken
    (tmp_path / "out" / "model.safetensors").unlink()
    assert main(["import", str(tmp_path / "out")]) == 2
    assert "out: its file weights.safetensors is missing" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "gone")]) == 2
    assert main(["hub", "tiny-vae", str(tmp_path / "x"), "--licence", "no licence:\n"]) == 2
    assert not (tmp_path / "x").exists()
    (tmp_path / "no.zip").write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"checkpoint\.no_zip"):
        read(tmp_path / "no.zip")


def test_one_zip_can_not_hold_a_file_under_both_names(tiny_checkpoint: Checkpoint) -> None:
    files = to_files(tiny_checkpoint)
    with pytest.raises(InputError, match=r"checkpoint\.zip_files"):
        from_zip(zipped("tiny-vae", files | {"config.json": files[FILES[0]]}), "x.zip")


ODD = ['x"\n---\nlicense: mit', "<img src=x onerror=alert(1)>", "שלום # [a](javascript:b)", "a\u202e|b`c`: *d*", "''\\"]


@pytest.mark.parametrize("title", ODD)
def test_a_title_is_text_in_the_card(tiny_checkpoint: Checkpoint, checkpoint_folder: Path, title: str) -> None:
    run = tiny_checkpoint.run
    odd = replace(run, title=title, data=replace(run.data, title=title, name="own-x"))
    text = card(replace(tiny_checkpoint, run=odd), "unknown")
    head = head_of(text)
    assert head["license"] == "unknown"
    assert "datasets" not in head, "own images are nobody else's"
    (heading,) = [line for line in text.splitlines() if line.startswith("# ")]
    body = text.split("---\n", 2)[2]
    assert "\u202e" not in text
    assert "<img" not in body.replace("\\<", "")
    assert "](" not in body
    assert heading != "# "
    gallery.add(replace(tiny_checkpoint, run=odd))
    assert set(hub_files("tiny-vae")) == {
        "README.md",
        "config.json",
        "model.safetensors",
        "history.jsonl",
        "latents.safetensors",
    }


def test_the_card_says_each_mean_with_its_standard_error(tiny_checkpoint: Checkpoint) -> None:
    scored = replace(tiny_checkpoint, scores=Scores(np.array([-30.0, -10.0] * 10, np.float32), 8))
    text = card(scored, "mit")
    # 20 values, half 10 above and half 10 below: a deviation of 10 sqrt(20 / 19), over sqrt(20)
    row = r"| log p\(x\|z\), nats an image \(higher is better\) | −20.00 ± 2.29 |"
    assert row in text
    (result,) = head_of(text)["model-index"][0]["results"]
    values = {metric["type"]: metric["value"] for metric in result["metrics"]}
    assert values == {"elbo": -23.0, "log_likelihood": -20.0, "kl": 3.0}
    assert head_of(text)["datasets"] == ["digits"]
    assert "| −20.00 |" in card(tiny_checkpoint, "mit"), "an error that nobody kept is not invented"


def test_classes_that_lie_in_each_other_are_told() -> None:
    mu = np.array([[0.0], [0.1], [5.0], [5.1], [0.2], [9.0]], np.float32)
    found = mixed_up(Latents(mu, None, np.array([0, 0, 1, 1, 1, 2], np.uint8)))
    assert found is not None
    # the nearest of 0.2 is 0.1, of class 0; of 9.0 it is 5.1, of class 1, and 9.0 is all of its class
    assert (round(found.share, 3), found.ours, found.other, found.most) == (round(2 / 6, 3), 2, 1, 1.0)
    assert mixed_up(Latents(mu, None, None)) is None


def test_a_card_says_what_its_kind_gets_wrong(make_checkpoint: Make) -> None:
    plain, told, copier = (card(make_checkpoint(family), "mit") for family in ("vae", "cvae", "autoencoder"))
    assert "nearest other code is of another class" in plain
    assert "Mixtures of classes" in told
    assert "follow no distribution" in copier
    assert "ELBO" not in copier


def test_every_card_of_a_model_that_ships_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_CHECKPOINTS", raising=False)
    folder = gallery.checkpoint_folder() / "mnist-conditional-prior"
    text = card(load(folder, with_series=True), "mit")
    assert "CC BY-SA 3.0" in text
    assert " ± " in text
