"""Own data sets on the disk: kept, listed, loaded, damaged, deleted, and bounded."""

import json
from pathlib import Path

import pytest

from datasets.catalogue import SOURCES, is_here, load, require_known, source_of, sources
from datasets.own import limits, shelf
from datasets.own.picture import Look
from datasets.own.upload import Pictures, read
from models.errors import InputError
from tests.datasets.own_files import noise, npz, two_kinds, zipped

PICTURES = read(zipped(two_kinds(20)), Look())
COLOURED = read(npz(x=noise(12, 40, 40, 3)), Look(32, colour=True))


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_fsync: None) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))


def save(title: str = "My Cats", pictures: Pictures = PICTURES) -> str:
    return shelf.save(pictures, title, sources())


def test_what_is_saved_is_a_data_set_like_any_other() -> None:
    name = save()
    assert name == "own-my-cats"
    assert (shelf.names(), list(sources())) == ([name], [*SOURCES, name])
    assert is_here(name)
    found, made = load(name), PICTURES.to_data_set(name, "My Cats")
    assert (found.digest, found.title, found.class_names) == (made.digest, "My Cats", ("boxes", "circles"))
    row = source_of(name)
    assert row == require_known(name)
    assert (row.title, row.class_names, row.image, row.train_count) == (
        "My Cats",
        ("boxes", "circles"),
        (1, 28, 28),
        32,
    )
    assert row.pixel_std is None
    assert shelf.record_of(name).counts == {"boxes": 20, "circles": 20}


def test_colour_has_the_gaussian_and_no_labels_are_none() -> None:
    name = save("Colours", COLOURED)
    assert source_of(name).pixel_std == 0.1
    data = load(name)
    assert (data.image, data.class_names, data.train_y) == ((3, 32, 32), (), None)


def test_nothing_but_a_record_and_tensors_is_written(tmp_path: Path) -> None:
    name = save()
    assert sorted(path.name for path in (tmp_path / "own" / name).iterdir()) == [shelf.IMAGES, shelf.RECORD]


@pytest.mark.parametrize(("title", "name"), [
    ("Ünïcode  cats", "own-unicode-cats"), ("日本", "own-images"), ("../../etc", "own-etc"), ("<b>bold</b>", "own-b-bold-b"),
    ("x" * 40, "own-" + "x" * 20), ("a" * 19 + " b", "own-" + "a" * 19), ("7", "own-7"),
])  # fmt: skip
def test_a_title_becomes_a_plain_name(title: str, name: str) -> None:
    assert save(title) == name
    assert source_of(name).title == " ".join(title.split())


def test_equal_names_are_numbered_and_equal_titles_refused() -> None:
    assert [save("a b"), save("a-b"), save("a+b")] == ["own-a-b", "own-a-b-2", "own-a-b-3"]
    for title in ("A B", "mnist"):
        with pytest.raises(InputError, match=rf"own\.title_taken: title={title}"):
            save(title)


@pytest.mark.parametrize("title", ["", "  ", "x" * 41, "a\u202eb", "a\0b"])
def test_a_title_that_nobody_can_read_is_refused(title: str) -> None:
    with pytest.raises(InputError, match=r"own\.title"):
        save(title)
    assert shelf.names() == []


def test_deleted_is_gone(tmp_path: Path) -> None:
    name = save()
    shelf.delete(name)
    assert not list((tmp_path / "own").iterdir())
    assert not is_here(name)
    for ask in (load, require_known, shelf.delete):
        with pytest.raises(InputError, match=r"own\.(not_here|gone): name=own-my-cats"):
            ask(name)


@pytest.mark.parametrize("name", ["own-../x", "own-", "own-A", "mnist", "own-" + "x" * 25, "../own-x", "own-x\n"])
def test_no_other_name_reaches_the_disk(name: str, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    with pytest.raises(InputError):
        shelf.record_of(name)
    with pytest.raises(InputError):
        shelf.delete(name)


@pytest.mark.parametrize(("spoil", "sentence"), [
    (lambda folder: (folder / shelf.RECORD).write_text("{"), r"record\.no_json: where=own-my-cats: record\.json"),
    (lambda folder: (folder / shelf.RECORD).unlink(), r"own\.not_here"),
    (lambda folder: (folder / shelf.IMAGES).unlink(), r"own\.not_here"),
    (lambda folder: (folder / shelf.IMAGES).write_bytes(b"x" * 99), r"tensors\.header_length: .*images\.safetensors"),
    (lambda folder: change(folder, title="x" * 41), r"own\.title_of_record"),
    (lambda folder: change(folder, image=[1, 29, 29]), r"record\.refused: where=own-my-cats: record\.json, why=\(own\.image: known=\(28, 32, 64\), got=\[1, 29, 29\]\)"),
    (lambda folder: change(folder, train_count=33), r"tensors\.shape"),
    (lambda folder: change(folder, class_names=["a"]), r"own\.class_counts"),
    (lambda folder: change(folder, class_names=["a"], class_counts=[40]), r"own\.label"),
    (lambda folder: change(folder, more=1), r"record\.wrong: .*: more, problem=Unexpected"),
    (lambda folder: change(folder, format=2), r"own\.format: .*got=2"),
])  # fmt: skip
def test_a_damaged_one_is_a_sentence_and_can_be_deleted(spoil, sentence: str, tmp_path: Path) -> None:
    name = save()
    spoil(tmp_path / "own" / name)
    with pytest.raises(InputError, match=sentence):
        load(name)
    assert shelf.names() == [name]
    shelf.delete(name)
    assert shelf.names() == []


def change(folder: Path, **values: object) -> None:
    path = folder / shelf.RECORD
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_full_shelf_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "QUOTA_BYTES", 40_000)
    save("one")
    with pytest.raises(InputError, match=r"own\.no_room: most=0"):
        save("two")
    monkeypatch.setattr(shelf, "SETS", 1)
    with pytest.raises(InputError, match=r"own\.too_many_sets"):
        save("three")
    shelf.delete("own-one")
    save("four")


def test_the_limits_fit_each_other() -> None:
    assert limits.PREPARED_BYTES < limits.QUOTA_BYTES
    assert len("own-") + 20 + len("-99") <= 28, "the longest name is one"


def test_what_a_kill_left_is_cleared(tmp_path: Path) -> None:
    save()
    (tmp_path / "own" / ".writing-own-x-12345678").mkdir()
    shelf.prepare()
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["own-my-cats"]
