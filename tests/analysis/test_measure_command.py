"""`analysis measure`: a table a model, on the test set that the model was tested on and no other."""

from dataclasses import replace

import pytest

from analysis import command
from analysis.tested_on import images_tested_on
from models.checkpoint import Checkpoint, save
from models.errors import InputError


@pytest.fixture
def of_digits(make_checkpoint, digits):
    """A function that makes an untrained checkpoint with the labels of scikit-learn's digits."""

    def make(run_id: str, family: str) -> Checkpoint:
        made = make_checkpoint(family, run_id=run_id, test_count=len(digits.test_y))
        return replace(made, latents=replace(made.latents, labels=digits.test_y))

    return make


@pytest.fixture
def folder(checkpoint_folder, of_digits):
    for name, family in (("one", "vae"), ("two", "autoencoder")):
        save(checkpoint_folder / name, of_digits(name, family))
    return checkpoint_folder


def main(arguments):
    return command.main(["measure", *arguments])


def test_it_prints_a_table_a_model(folder, capsys):
    assert main(["one", "two", "two", "--samples", "3", "--images", "20"]) == 0
    out = capsys.readouterr().out
    assert "(`one`), 20 of 360 test images" in out
    assert "Bound on log p(x), k = 3" in out
    assert out.count("| Measure | Value | Standard error | Unit | Source |") == 2
    assert "deterministic encoder has no ELBO" in out.split("`two`")[1]


def test_a_model_that_can_not_be_measured_is_a_sentence_and_the_rest_goes_on(folder, of_digits, capsys):
    other = of_digits("other", "vae")
    run = replace(other.run, data=replace(other.run.data, name="own", title="My own"))
    save(folder / "other", replace(other, run=run))
    assert main(["missing", "other", "one", "--samples", "1", "--images", "5"]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines()[0].startswith("error: missing: there is no such checkpoint")
    assert "data set must be one of" in captured.err.splitlines()[1]
    assert "(`one`)" in captured.out


@pytest.mark.parametrize(
    ("options", "message"), [(("--samples", "0"), "samples must be 1 to"), (("--images", "-1"), "images must be")]
)
def test_bad_options_are_one_sentence(folder, options, message, capsys):
    assert main(["one", *options]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_other_labels_are_another_set(of_digits):
    checkpoint = of_digits("one", "vae")
    turned = replace(checkpoint, latents=replace(checkpoint.latents, labels=9 - checkpoint.latents.labels))
    with pytest.raises(InputError, match=r"measure\.other_labels: data=Digits 8x8, name=one"):
        images_tested_on(turned)


def test_another_folder_can_be_named(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "empty"))
    assert main(["one", "--folder", str(folder), "--samples", "1", "--images", "5"]) == 0
    assert "(`one`)" in capsys.readouterr().out
