"""The folder of checkpoints: listed whatever is damaged, written only where nothing is, swept at the start."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.checkpoint import RUN, WEIGHTS, Checkpoint, save
from models.errors import InputError
from training import store
from training.plans import make_plan

Make = Callable[..., Checkpoint]


def test_checkpoint_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", "/some/where")
    assert store.checkpoint_folder() == Path("/some/where")
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("LATENT_CHECKPOINTS")
        else:
            monkeypatch.setenv("LATENT_CHECKPOINTS", unset)
        assert store.checkpoint_folder() == Path(store.__file__).parent.parent / "checkpoints"


def test_kept_checkpoints_are_listed_newest_first_and_opened(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    for number, name in enumerate(["b", "c", "a"]):
        checkpoint = make_checkpoint(run_id=name)
        dated = replace(checkpoint, run=replace(checkpoint.run, made=f"2026-01-0{number + 1}T00:00:00+00:00"))
        assert store.keep(dated) == checkpoint_folder / name
    listing = store.list_runs()
    assert [run.run_id for run in listing.runs] == ["a", "c", "b"]
    assert listing.refused == ()
    assert store.open_run("c").run.run_id == "c"


def test_a_damaged_folder_hides_no_other(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    for name in ("good", "cut-off", "renamed", "empty"):
        store.keep(make_checkpoint(run_id=name))
    (checkpoint_folder / "cut-off" / RUN).write_bytes(b'{"run_id": ')
    (checkpoint_folder / "renamed").rename(checkpoint_folder / "other")
    (checkpoint_folder / "empty" / RUN).unlink()
    (checkpoint_folder / "a-file").touch()
    (checkpoint_folder / ".hidden").mkdir()
    listing = store.list_runs()
    assert [run.run_id for run in listing.runs] == ["good"]
    assert [text.split(":")[0] for text in listing.refused] == ["cut-off", "empty", "other"]


def test_an_empty_or_missing_folder_has_no_runs(checkpoint_folder: Path) -> None:
    assert store.list_runs() == store.Listing((), ())
    checkpoint_folder.rmdir()
    assert store.list_runs() == store.Listing((), ())
    assert store.unfinished_runs() == []


@pytest.mark.parametrize("name", ["..", "../secret", "/etc", "", "A", "a/b", "a\x00"])
def test_names_that_lead_elsewhere_are_refused(name: str, checkpoint_folder: Path, make_checkpoint: Make) -> None:
    save(checkpoint_folder.parent / "secret", make_checkpoint(run_id="secret"))
    for use in (store.open_run, store.unfinished_path):
        with pytest.raises(InputError, match="run_id must be 1 to 80"):
            use(name)


def test_a_missing_run(checkpoint_folder: Path) -> None:
    with pytest.raises(InputError, match="nothing: there is no such checkpoint folder"):
        store.open_run("nothing")
    assert list(checkpoint_folder.iterdir()) == []


def test_a_name_that_is_taken_is_refused_unless_replaced(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    store.keep(make_checkpoint(run_id="a", seed=0))
    before = (checkpoint_folder / "a" / WEIGHTS).read_bytes()
    with pytest.raises(InputError, match="there is already a model called a; choose another name"):
        store.keep(make_checkpoint(run_id="a", seed=1))
    assert (checkpoint_folder / "a" / WEIGHTS).read_bytes() == before
    store.keep(make_checkpoint(run_id="a", seed=1), replace=True)
    assert (checkpoint_folder / "a" / WEIGHTS).read_bytes() != before


@pytest.mark.parametrize(("number", "words"), [
    (errno.ENOSPC, "No space left on device"), (errno.EROFS, "Read-only file system"), (errno.EACCES, "Permission denied"),
])  # fmt: skip
def test_a_disk_that_refuses_leaves_the_old_models(
    number: int, words: str, checkpoint_folder: Path, make_checkpoint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(make_checkpoint(run_id="a", seed=0))
    before = {path: path.read_bytes() for path in checkpoint_folder.rglob("*") if path.is_file()}

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(
        InputError, match=rf"a can't be written: {words}. Free some space, or name a writable folder in LATENT"
    ):
        store.keep(make_checkpoint(run_id="a", seed=1), replace=True)
    assert {path: path.read_bytes() for path in checkpoint_folder.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in checkpoint_folder.iterdir()) == ["a"]


def test_a_file_in_place_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_checkpoint: Make) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "file"))
    with pytest.raises(InputError, match="file can't be used: File exists. Name another folder in LATENT_CHECKPOINTS"):
        store.prepare()
    with pytest.raises(InputError, match="can't be written: (Not a directory|File exists)"):
        store.keep(make_checkpoint())
    assert store.list_runs() == store.Listing((), ())


def test_prepare_makes_the_folder_and_sweeps_it(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    checkpoint_folder.rmdir()
    store.prepare()
    assert checkpoint_folder.is_dir()
    store.keep(make_checkpoint(run_id="a"))
    (checkpoint_folder / "a").rename(checkpoint_folder / ".replaced-a-0a1b2c3d")
    (checkpoint_folder / ".writing-b-0a1b2c3d").mkdir()
    unfinished = checkpoint_folder / store.UNFINISHED
    unfinished.mkdir()
    (unfinished / ".writing-c.safetensors-0a1b2c3d").touch()
    (unfinished / "c.safetensors").touch()
    store.prepare()
    assert sorted(path.name for path in checkpoint_folder.iterdir()) == [store.UNFINISHED, "a"]
    assert store.unfinished_runs() == ["c"]
    assert [path.name for path in unfinished.iterdir()] == ["c.safetensors"]
    assert store.open_run("a").run.run_id == "a"


def test_unfinished_runs_are_no_checkpoints(checkpoint_folder: Path) -> None:
    path = store.unfinished_path("a")
    assert path == checkpoint_folder / ".unfinished" / "a.safetensors"
    path.parent.mkdir()
    path.touch()
    assert store.unfinished_runs() == ["a"]
    assert store.list_runs() == store.Listing((), ())


def test_a_new_run_id_says_what_it_is() -> None:
    name = store.new_run_id(make_plan("beta-vae", "fashion-mnist", 10))
    assert name.startswith("fashion-mnist-beta-vae-10d-20")
    store.unfinished_path(name)
