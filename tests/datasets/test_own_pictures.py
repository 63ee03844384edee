"""Own pictures as a network sees them, which of them look alike, and which of them test."""

import numpy as np
import pytest
from PIL import Image

from datasets.own import upload
from datasets.own.limits import MOST_TEST, SIDES
from datasets.own.picture import Look, from_file
from datasets.own.reasons import LEFT_OUT
from datasets.own.similar import alike, small_hash, split
from datasets.own.upload import can_be_labelled, read
from models.errors import InputError
from tests.datasets.own_files import noise, npz, saved, shape, two_kinds, zipped

GREY, COLOUR = Look(28), Look(28, colour=True)
RAMP = np.tile(np.arange(28, dtype=np.uint8) * 9, (28, 1))


def seen(image: Image.Image, look: Look = GREY, form: str = "PNG", **options: object) -> np.ndarray:
    return from_file(saved(image, form, **options), look)


def test_a_picture_of_the_right_size_is_seen_as_it_is() -> None:
    assert (seen(Image.fromarray(RAMP)) == RAMP).all()
    pixels = noise(28, 28, 3)
    assert (seen(Image.fromarray(pixels), COLOUR) == pixels.transpose(2, 0, 1)).all()


@pytest.mark.parametrize("side", SIDES)
def test_every_size_in_grey_and_in_colour(side: int) -> None:
    for colour, channels in ((False, 1), (True, 3)):
        assert seen(shape("box", 1, (90, 50)), Look(side, colour)).shape == (channels, side, side)


def test_any_other_side_is_refused() -> None:
    with pytest.raises(InputError, match=r"own\.side: known=\(28, 32, 64\), got=29"):
        Look(29)


def test_the_middle_is_cut_out() -> None:
    wide = np.zeros((28, 60), np.uint8)
    wide[:, 16:44] = RAMP
    assert (seen(Image.fromarray(wide)) == RAMP).all()
    assert (seen(Image.fromarray(wide.T.copy())) == RAMP.T).all()


def test_a_smaller_picture_is_the_mean_of_what_it_covers() -> None:
    pixels = noise(56, 56)
    assert np.abs(seen(Image.fromarray(pixels))[0] - pixels.reshape(28, 2, 28, 2).mean((1, 3))).max() <= 1


def test_light_and_dark_change_places() -> None:
    paper = read(zipped(two_kinds()), GREY)
    assert paper.light
    assert not paper.inverted().light
    assert (paper.inverted().pixels == 255 - paper.pixels).all()
    assert paper.inverted().counts == paper.counts


@pytest.mark.parametrize(("orientation", "turned"), [(1, RAMP), (3, RAMP[::-1, ::-1]), (6, RAMP.T), (8, RAMP.T[::-1])])
def test_a_photograph_stands_upright(orientation: int, turned: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    # 90° clockwise: what was left is above
    assert np.abs(seen(Image.fromarray(RAMP), form="PNG", exif=exif)[0].astype(int) - turned).max() == 0


def test_sixteen_bits_keep_their_upper_eight() -> None:
    assert (seen(Image.fromarray(RAMP.astype(np.uint16) * 256 + 77)) == RAMP).all()


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
    assert (seen(clear) == 255).all()
    palette = Image.new("P", (28, 28), 0)
    assert (seen(palette, transparency=0) == 255).all()


def test_a_palette_is_its_colours_and_cmyk_is_ink() -> None:
    palette = Image.new("P", (28, 28), 1)
    palette.putpalette([0, 0, 0, 10, 200, 30])
    assert (seen(palette, COLOUR) == np.array([10, 200, 30]).reshape(3, 1, 1)).all()
    ink = Image.new("CMYK", (28, 28), (0, 255, 255, 0))  # magenta and yellow: red
    red, green, blue = seen(ink, COLOUR, "JPEG", quality=95).mean(axis=(1, 2))
    assert red > 220 and max(green, blue) < 60


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture(form: str) -> None:
    first, second = Image.new("RGB", (28, 28), "white"), Image.new("RGB", (28, 28), "black")
    assert seen(first, form=form, save_all=True, append_images=[second]).mean() > 250


def test_a_large_photograph_is_not_decoded_finer_than_needed() -> None:
    photo = Image.fromarray(noise(8, 8, 3)).resize((2000, 1600), Image.Resampling.BICUBIC)
    plain = np.asarray(photo.crop((200, 0, 1800, 1600)).resize((28, 28), Image.Resampling.BOX), np.int16)
    assert np.abs(seen(photo, COLOUR, "JPEG", quality=95) - plain.transpose(2, 0, 1)).mean() < 4


def test_equal_hashes_stand_together() -> None:
    pictures = [seen(shape("box", number)) for number in (1, 2, 1, 3)]
    assert alike([small_hash(picture) for picture in pictures]) == [[0, 2], [1], [3]]
    brighter = pictures[0] // 2 + 100
    assert small_hash(brighter) == small_hash(pictures[0]), "the same picture in another light"


def test_the_split_is_of_each_label_and_seeded() -> None:
    labels = [0] * 50 + [1] * 10
    tests = split(labels, [[n] for n in range(60)])
    assert (tests[:50].sum(), tests[50:].sum()) == (10, 2)
    assert (split(labels, [[n] for n in range(60)]) == tests).all()
    assert (split(labels, [[n] for n in range(60)], seed=1) != tests).any()


def test_pictures_that_look_alike_stay_on_one_side() -> None:
    groups = [[3 * n, 3 * n + 1, 3 * n + 2] for n in range(20)]
    tests = split([0] * 60, groups)
    assert tests.sum() == 12
    assert all(len({bool(tests[at]) for at in group}) == 1 for group in groups)


@pytest.mark.parametrize(("labels", "groups", "count"), [
    ([0] * 10, [[0], list(range(1, 10))], 1),  # what can be done: one side has to have the nine
    ([0] * 10, [[0], [1], list(range(2, 10))], 2),
    (list(range(10)), [[n] for n in range(10)], 2),  # of no label a fifth
    ([0] * 20_000, [[n] for n in range(20_000)], MOST_TEST),
])  # fmt: skip
def test_at_least_two_test_and_at_most_two_thousand(labels: list[int], groups: list[list[int]], count: int) -> None:
    assert split(labels, groups).sum() == count


def test_a_data_set_of_pictures_is_whole() -> None:
    pictures = read(zipped(two_kinds(20)), GREY)
    data = pictures.to_data_set("own-shapes", "Shapes")
    assert (data.class_names, data.image) == (("boxes", "circles"), (1, 28, 28))
    assert len(data.train_x) + len(data.test_x) == 40
    assert np.bincount(data.train_y).tolist() == [16, 16]
    assert np.bincount(data.test_y).tolist() == [4, 4]
    both = np.concatenate([data.train_x, data.test_x])
    assert sorted(map(bytes, both)) == sorted(map(bytes, pictures.pixels))
    assert data.digest == read(zipped(two_kinds(20)), GREY).to_data_set("other", "Other").digest


def test_a_model_of_classes_needs_two_of_twenty() -> None:
    assert can_be_labelled({"a": 20, "b": 20, "c": 1})
    assert not can_be_labelled({"a": 200, "b": 19})
    assert not can_be_labelled({})


def test_too_many_pixels_are_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "PREPARED_BYTES", 28 * 28 * 15)
    with pytest.raises(InputError, match=r"upload\.prepared"):
        read(npz(x=noise(16, 28, 28)), GREY)


def test_what_is_too_many_or_too_late_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    content = npz(x=noise(16, 28, 28))
    monkeypatch.setattr(upload, "PICTURES", 12)
    found = read(content, GREY)
    assert (len(found.pixels), found.left_out) == (12, {"too_many": 4})
    clock = iter([0.0, *range(50, 50 + 16)])
    monkeypatch.setattr(upload.time, "monotonic", lambda: float(next(clock)))
    assert read(content, GREY).left_out == {"too_late": 5}


def test_every_reason_has_a_case() -> None:
    from tests.datasets.test_own_cases import CASES

    met = {code for _, expected in CASES.values() if not isinstance(expected, str) for code in expected.left_out}
    assert met | {"too_many", "too_late", "encrypted", "packing"} == set(LEFT_OUT)
