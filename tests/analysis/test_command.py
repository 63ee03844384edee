"""The command: prints, writes, checks, and says in one sentence what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.command import main
from analysis.marked_text import BEGIN, END, replaced
from models.checkpoint import save
from models.errors import InputError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, blob_checkpoint):
    for name, family in (("one", "vae"), ("two", "autoencoder")):
        save(tmp_path / "models" / name, blob_checkpoint(name, family))
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


def test_without_a_folder_it_is_the_gallerys(folder, monkeypatch, capsys):
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(folder))
    assert main(["table"]) == 0
    assert "| Autoencoder |" in capsys.readouterr().out


def test_only_names_leave_the_others_out(folder, capsys):
    assert run(folder, "--only", "two", "two") == 0
    out = capsys.readouterr().out
    assert "| VAE |" not in out
    assert out.count("| Autoencoder |") == 1


def test_what_is_written_passes_the_check_until_a_model_changes(folder, tmp_path, blob_checkpoint, capsys):
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
    save(folder / "three", blob_checkpoint("three", "cvae"))
    assert run(folder, "--check", readme) == 1


@pytest.mark.parametrize(
    "text", ["", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}\n{END}\n{BEGIN}\n{END}"],
    ids=["none", "begin alone", "end alone", "turned", "twice"],
)  # fmt: skip
def test_marks_must_stand_once_and_in_order(text):
    with pytest.raises(
        InputError, match=r"text\.marks: file=a\.md, begin=<!-- table:begin -->, end=<!-- table:end -->"
    ):
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
