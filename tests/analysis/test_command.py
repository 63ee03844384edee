"""The command: prints, writes, checks, and says in one sentence what is wrong."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from analysis.command import BEGIN, END, main, replaced
from models.checkpoint import save
from models.errors import InputError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, make_checkpoint):
    for name, family in (("one", "vae"), ("two", "autoencoder")):
        save(tmp_path / "models" / name, make_checkpoint(name, family))
    (tmp_path / "models" / ".unfinished").mkdir()
    (tmp_path / "models" / "note.txt").write_text("not a model")
    return tmp_path / "models"


def run(folder, *options):
    return main(["table", "--folder", str(folder), *map(str, options)])


def test_it_prints_every_model(folder, capsys):
    assert run(folder) == 0
    out = capsys.readouterr().out
    assert "| VAE |" in out
    assert "| Autoencoder |" in out


def test_only_names_leave_the_others_out(folder, capsys):
    assert run(folder, "--only", "two", "two") == 0
    out = capsys.readouterr().out
    assert "| VAE |" not in out
    assert out.count("| Autoencoder |") == 1


def test_what_is_written_passes_the_check_until_a_model_changes(folder, tmp_path, make_checkpoint, capsys):
    readme = tmp_path / "README.md"
    readme.write_text(f"# Überschrift\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8")
    assert run(folder, "--check", readme) == 1
    assert "--write" in capsys.readouterr().err
    assert run(folder, "--write", readme) == 0
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"# Überschrift\n\n{BEGIN}\n| Model")
    assert text.endswith(f"\n{END}\n\nafter\n")
    assert "old" not in text
    assert run(folder, "--check", readme) == 0
    assert run(folder, "--write", readme) == 0
    assert readme.read_text(encoding="utf-8") == text
    save(folder / "three", make_checkpoint("three", "cvae"))
    assert run(folder, "--check", readme) == 1


@pytest.mark.parametrize(
    "text", ["", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}\n{END}\n{BEGIN}\n{END}"],
    ids=["none", "begin alone", "end alone", "turned", "twice"],
)  # fmt: skip
def test_marks_must_stand_once_and_in_order(text):
    with pytest.raises(InputError, match=r"a\.md must have one line"):
        replaced(text, "x", "a.md")


def test_a_file_that_is_refused_stays_as_it_was(folder, tmp_path, capsys):
    readme = tmp_path / "README.md"
    for content, message in ((b"no marks", "must have one line"), (b"\xff\xfe", "not UTF-8")):
        readme.write_bytes(content)
        assert run(folder, "--write", readme) == 2
        assert message in capsys.readouterr().err
        assert readme.read_bytes() == content
    assert run(folder, "--check", tmp_path / "missing.md") == 2
    assert "can't be read" in capsys.readouterr().err


def test_bad_folders_and_names_are_one_sentence_on_stderr(folder, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    damaged = tmp_path / "damaged"
    (damaged / "one").mkdir(parents=True)
    cases = [
        ((tmp_path / "nowhere",), "there is no folder"),
        ((tmp_path / "empty",), "holds no trained model"),
        ((damaged,), "run.json is missing"),
        ((folder, "--only", "three"), "no such checkpoint"),
        ((folder, "--only", "../one"), "run_id must be"),
    ]
    for options, message in cases:
        assert run(*options) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert captured.err.count("\n") == 1
        assert captured.out == ""


def test_python_m_analysis_knows_neither_training_nor_a_screen(folder):
    code = (
        "import runpy, sys; sys.argv = ['analysis', 'table', '--folder', sys.argv[1]]\n"
        "try: runpy.run_module('analysis', run_name='__main__')\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'training', 'ui', 'streamlit', 'plotly', 'models'}))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "['models']"
    assert "| Autoencoder |" in done.stdout


@pytest.fixture
def data(tmp_path, make_checkpoint):
    """The 24 test images of `make_checkpoint`'s MNIST."""
    raw, labels = tmp_path / "data" / "MNIST" / "raw", make_checkpoint().latents.labels
    raw.mkdir(parents=True)
    pixels = torch.randint(256, (len(labels), 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    for name, values in (("t10k-images-idx3-ubyte", pixels), ("t10k-labels-idx1-ubyte", labels)):
        head = struct.pack(f">4B{values.dim()}I", 0, 0, 8, values.dim(), *values.shape)
        (raw / name).write_bytes(head + values.numpy().tobytes())
    return tmp_path / "data"


def run_measure(folder, data, *options):
    return main(["measure", "--folder", str(folder), "--data", str(data), *map(str, options)])


def test_measure_prints_a_table_a_model(folder, data, capsys):
    assert run_measure(folder, data, "one", "two", "--samples", 3, "--images", 20) == 0
    out = capsys.readouterr().out
    assert "vae of a test (`one`), 20 of 24 test images" in out
    assert "Bound on log p(x), k = 3" in out
    assert out.count("| Measure | Value | Standard error | Unit | Source |") == 2
    assert "deterministic encoder has no ELBO" in out.split("`two`")[1]


def test_a_model_that_can_not_be_measured_is_a_sentence_and_the_rest_goes_on(folder, data, make_checkpoint, capsys):
    save(folder / "other", make_checkpoint("other", data=("own", "My own")))
    assert run_measure(folder, data, "missing", "other", "one", "--samples", 1, "--images", 5) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines()[0].startswith("error: missing: there is no such checkpoint")
    assert "no test images are known for the data set 'own'" in captured.err.splitlines()[1]
    assert "(`one`)" in captured.out


@pytest.mark.parametrize(
    ("options", "message"), [(("--samples", 0), "samples must be 1 to"), (("--images", -1), "images must be")]
)
def test_bad_measure_options_are_one_sentence(folder, data, options, message, capsys):
    assert run_measure(folder, data, "one", *options) == 2
    assert message in capsys.readouterr().err
