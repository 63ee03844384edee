"""The folder of checkpoints: listed whatever is damaged, written only where nothing is, swept at the start."""

import errno
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from live.words import refusal
from models import gallery
from models.checkpoint import FILES, RUN, WEIGHTS, Checkpoint, save
from models.errors import InputError

Make = Callable[..., Checkpoint]


def test_checkpoint_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", "/some/where")
    assert gallery.checkpoint_folder() == Path("/some/where")
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("LATENT_CHECKPOINTS")
        else:
            monkeypatch.setenv("LATENT_CHECKPOINTS", unset)
        assert gallery.checkpoint_folder() == Path(gallery.__file__).parent.parent / "checkpoints"


def test_kept_checkpoints_are_listed_newest_first_and_opened(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    for number, name in enumerate(["b", "c", "a"]):
        checkpoint = make_checkpoint(run_id=name)
        dated = replace(checkpoint, run=replace(checkpoint.run, made=f"2026-01-0{number + 1}T00:00:00+00:00"))
        assert gallery.add(dated) == checkpoint_folder / name
    listing = gallery.list_runs()
    assert [run.run_id for run in listing.runs] == ["a", "c", "b"]
    assert listing.refused == ()
    assert gallery.open_run("c").run.run_id == "c"


def test_a_damaged_folder_hides_no_other(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    for name in ("good", "cut-off", "renamed", "empty"):
        gallery.add(make_checkpoint(run_id=name))
    (checkpoint_folder / "cut-off" / RUN).write_bytes(b'{"run_id": ')
    (checkpoint_folder / "renamed").rename(checkpoint_folder / "other")
    (checkpoint_folder / "empty" / RUN).unlink()
    (checkpoint_folder / "a-file").touch()
    (checkpoint_folder / ".hidden").mkdir()
    listing = gallery.list_runs()
    assert [run.run_id for run in listing.runs] == ["good"]
    assert [refusal(reason).split(":")[0] for reason in listing.refused] == ["cut-off", "empty", "other"]


def test_an_empty_or_missing_folder_has_no_runs(checkpoint_folder: Path) -> None:
    assert gallery.list_runs() == gallery.Listing((), ())
    checkpoint_folder.rmdir()
    assert gallery.list_runs() == gallery.Listing((), ())
    assert gallery.unfinished_runs() == []


@pytest.mark.parametrize("name", ["..", "../secret", "/etc", "", "A", "a/b", "a\x00"])
def test_names_that_lead_elsewhere_are_refused(name: str, checkpoint_folder: Path, make_checkpoint: Make) -> None:
    save(checkpoint_folder.parent / "secret", make_checkpoint(run_id="secret"))
    for use in (gallery.open_run, gallery.unfinished_path):
        with pytest.raises(InputError, match=r"run\.plain_name"):
            use(name)


def test_a_missing_run(checkpoint_folder: Path) -> None:
    with pytest.raises(InputError, match=r"checkpoint\.no_folder: source=nothing"):
        gallery.open_run("nothing")
    assert list(checkpoint_folder.iterdir()) == []


def test_a_name_that_is_taken_is_refused_unless_replaced(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    gallery.add(make_checkpoint(run_id="a", seed=0))
    before = (checkpoint_folder / "a" / WEIGHTS).read_bytes()
    with pytest.raises(InputError, match=r"gallery\.name_taken: name=a"):
        gallery.add(make_checkpoint(run_id="a", seed=1))
    assert (checkpoint_folder / "a" / WEIGHTS).read_bytes() == before
    gallery.add(make_checkpoint(run_id="a", seed=1), replace=True)
    assert (checkpoint_folder / "a" / WEIGHTS).read_bytes() != before


@pytest.mark.parametrize(("number", "words"), [
    (errno.ENOSPC, "No space left on device"), (errno.EROFS, "Read-only file system"), (errno.EACCES, "Permission denied"),
])  # fmt: skip
def test_a_disk_that_refuses_leaves_the_old_models(
    number: int, words: str, checkpoint_folder: Path, make_checkpoint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.add(make_checkpoint(run_id="a", seed=0))
    before = {path: path.read_bytes() for path in checkpoint_folder.rglob("*") if path.is_file()}

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(InputError, match=r"gallery\.unwritable"):
        gallery.add(make_checkpoint(run_id="a", seed=1), replace=True)
    assert {path: path.read_bytes() for path in checkpoint_folder.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in checkpoint_folder.iterdir()) == ["a"]


def test_a_file_in_place_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_checkpoint: Make) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"gallery\.folder_unusable: problem=File exists") as unusable:
        gallery.prepare()
    with pytest.raises(InputError, match=r"gallery\.unwritable: .*(Not a directory|File exists)") as unwritable:
        gallery.add(make_checkpoint())
    for caught in (unusable, unwritable):
        assert str(tmp_path) not in refusal(caught.value)  # any visitor may read it
    assert gallery.list_runs() == gallery.Listing((), ())


def test_prepare_makes_the_folder_and_sweeps_it(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    checkpoint_folder.rmdir()
    gallery.prepare()
    assert checkpoint_folder.is_dir()
    gallery.add(make_checkpoint(run_id="a"))
    (checkpoint_folder / "a").rename(checkpoint_folder / ".replaced-a-0a1b2c3d")
    (checkpoint_folder / ".writing-b-0a1b2c3d").mkdir()
    unfinished = checkpoint_folder / gallery.UNFINISHED
    unfinished.mkdir()
    (unfinished / ".writing-c.safetensors-0a1b2c3d").touch()
    (unfinished / "c.safetensors").touch()
    gallery.prepare()
    assert sorted(path.name for path in checkpoint_folder.iterdir()) == [gallery.UNFINISHED, "a"]
    assert gallery.unfinished_runs() == ["c"]
    assert [path.name for path in unfinished.iterdir()] == ["c.safetensors"]
    assert gallery.open_run("a").run.run_id == "a"


def test_unfinished_runs_are_no_checkpoints(checkpoint_folder: Path) -> None:
    path = gallery.unfinished_path("a")
    assert path == checkpoint_folder / ".unfinished" / "a.safetensors"
    path.parent.mkdir()
    path.touch()
    assert gallery.unfinished_runs() == ["a"]
    assert gallery.list_runs() == gallery.Listing((), ())


# What one may do with one's own models


def test_a_renamed_model_is_the_same_model(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    gallery.add(make_checkpoint(run_id="a"))
    before = gallery.open_run("a")
    assert gallery.rename("a", "  Our first model ").title == "Our first model"
    after = gallery.open_run("a")
    assert after.run == replace(before.run, title="Our first model")
    assert (checkpoint_folder / "a" / WEIGHTS).is_file()
    assert sorted(path.name for path in (checkpoint_folder / "a").iterdir()) == sorted(FILES)


@pytest.mark.parametrize("title", ["", "   ", "a\nb", "a\x00b", "V\u202eAE", "x" * 81])
def test_a_title_is_short_and_visible(title: str, checkpoint_folder: Path, make_checkpoint: Make) -> None:
    gallery.add(make_checkpoint(run_id="a"))
    before = (checkpoint_folder / "a" / RUN).read_bytes()
    with pytest.raises(InputError, match=r"gallery\.title") as caught:
        gallery.rename("a", title)
    assert refusal(caught.value).isprintable()
    assert (checkpoint_folder / "a" / RUN).read_bytes() == before


def test_a_title_may_use_any_script(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    gallery.add(make_checkpoint(run_id="a"))
    for title in ("Größe 🙂", "日本語", "<b>", "x" * 80):
        gallery.rename("a", title)
        assert gallery.list_runs().runs[0].title == title


def test_a_removed_model_can_be_restored(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    gallery.add(make_checkpoint(run_id="a"))
    before = {path.name: path.read_bytes() for path in (checkpoint_folder / "a").iterdir()}
    gallery.remove("a")
    assert gallery.list_runs() == gallery.Listing((), ())
    with pytest.raises(InputError, match=r"gallery\.no_model: name=a"):
        gallery.remove("a")
    gallery.restore("a")
    assert {path.name: path.read_bytes() for path in (checkpoint_folder / "a").iterdir()} == before
    with pytest.raises(InputError, match=r"gallery\.not_in_trash"):
        gallery.restore("a")


def test_of_two_removed_models_of_one_name_the_last_comes_back(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    for title in ("old", "new"):
        gallery.add(make_checkpoint(run_id="a"))
        gallery.rename("a", title)
        gallery.remove("a")
    gallery.restore("a")
    assert gallery.open_run("a").run.title == "new"


def test_a_model_does_not_come_back_over_another(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    gallery.add(make_checkpoint(run_id="a", seed=0))
    gallery.remove("a")
    gallery.add(make_checkpoint(run_id="a", seed=1))
    before = (checkpoint_folder / "a" / WEIGHTS).read_bytes()
    with pytest.raises(InputError, match=r"gallery\.name_taken_again: name=a"):
        gallery.restore("a")
    assert (checkpoint_folder / "a" / WEIGHTS).read_bytes() == before


def test_old_trash_is_emptied_at_the_start_and_young_trash_is_not(
    checkpoint_folder: Path, make_checkpoint: Make
) -> None:
    for name, days in (("old", gallery.TRASH_DAYS + 1), ("young", gallery.TRASH_DAYS - 1)):
        gallery.add(make_checkpoint(run_id=name))
        os.utime(checkpoint_folder / name, (0, 0))  # made long ago, but removed now
        gallery.remove(name)
        removed = time.time() - days * 24 * 3600
        assert (checkpoint_folder / gallery.TRASH / name).stat().st_mtime > removed
        os.utime(checkpoint_folder / gallery.TRASH / name, (removed, removed))
    gallery.prepare()
    gallery.restore("young")
    with pytest.raises(InputError, match=r"gallery\.not_in_trash: name=old"):
        gallery.restore("old")


def test_what_came_with_the_app_stays_as_it_is(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    for name in ("mnist-vae", "mine"):
        gallery.add(make_checkpoint(run_id=name))
    assert not gallery.is_shipped("mnist-vae")  # the name alone says nothing
    (checkpoint_folder / gallery.SHIPPED).write_text("book-mlp\nmnist-vae\n")
    assert gallery.is_shipped("mnist-vae")
    assert not gallery.is_shipped("mine")
    for change in (lambda: gallery.rename("mnist-vae", "x"), lambda: gallery.remove("mnist-vae")):
        with pytest.raises(InputError, match=r"gallery\.shipped: name=mnist-vae"):
            change()
    gallery.remove("mine")


def test_names_that_lead_elsewhere_are_not_removed(checkpoint_folder: Path, make_checkpoint: Make) -> None:
    save(checkpoint_folder.parent / "secret", make_checkpoint(run_id="secret"))
    for use in (gallery.remove, gallery.restore, lambda name: gallery.rename(name, "x")):
        with pytest.raises(InputError, match=r"run\.plain_name"):
            use("../secret")
    assert (checkpoint_folder.parent / "secret").is_dir()


def test_a_disk_that_refuses_leaves_title_and_place(
    checkpoint_folder: Path, make_checkpoint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.add(make_checkpoint(run_id="a"))
    before = gallery.open_run("a").run

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "fsync", refuse)
    monkeypatch.setattr(os, "utime", refuse)
    for use in (lambda: gallery.rename("a", "x"), lambda: gallery.remove("a")):
        with pytest.raises(InputError, match=r"gallery\.unwritable: name=a, problem=Read-only file system"):
            use()
    assert gallery.open_run("a").run == before


def test_the_list_of_shipped_models_names_what_the_repository_holds() -> None:
    root = Path(gallery.__file__).parent.parent
    shipped = (root / "checkpoints" / gallery.SHIPPED).read_text().split()
    tracked = {line.strip("!/").split("/")[1].rstrip("*") for line in (root / ".gitignore").read_text().splitlines()
               if line.startswith("!/checkpoints/") and line.endswith("/")}  # fmt: skip
    assert shipped == sorted(shipped)
    assert all((root / "checkpoints" / name / RUN).is_file() for name in shipped)
    assert all(any(name.startswith(pattern) for pattern in tracked) for name in shipped)
    assert all(any(name.startswith(pattern) for name in shipped) for pattern in tracked)
