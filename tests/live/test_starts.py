"""Where a page opens: between the two closest classes, from one far class to another, and from heart to heart."""

import numpy as np

from live.starts import (
    HEART_CODES,
    HEART_NEIGHBOURS,
    between_classes,
    class_medians,
    closest_classes,
    far_apart,
    heart,
    walk,
)
from models.checkpoint import Latents


def latents(*points: tuple[float, ...], labels: list[int]) -> Latents:
    return Latents(np.array(points, np.float32), None, np.array(labels, np.uint8))


# three classes on a line, at 0, 10 and 16, and one image in the middle of the closer two
LINE = latents(
    (-1, 0),
    (0, 0),
    (1, 0),
    (9, 0),
    (10, 0),
    (11, 0),
    (13, 0),
    (16, 0),
    (17, 0),
    (15, 0),
    labels=[0, 0, 0, 1, 1, 1, 1, 2, 2, 2],
)


def test_medians_are_taken_within_each_class() -> None:
    medians = class_medians(LINE, 3)
    assert medians[[0, 2]].tolist() == [[0, 0], [16, 0]]
    assert medians[1].tolist() == [10, 0]  # of an even number of images the lower middle one


def test_a_class_without_images_has_no_median() -> None:
    medians = class_medians(LINE, 4)
    assert medians.shape == (4, 2)
    assert bool(np.isnan(medians[3]).all())


def test_a_page_opens_between_the_two_closest_classes() -> None:
    assert between_classes(LINE, class_medians(LINE, 3)) == 6


def test_a_morph_goes_between_the_two_classes_farthest_apart() -> None:
    assert far_apart(LINE, class_medians(LINE, 3)) == (1, 7)


def test_empty_classes_do_not_count() -> None:
    assert between_classes(LINE, class_medians(LINE, 64)) == 6
    assert far_apart(LINE, class_medians(LINE, 64)) == (1, 7)


def test_one_class_and_no_classes_open_on_an_image_that_exists() -> None:
    single = latents((5, 5), (6, 6), (7, 7), labels=[0, 0, 0])
    for classes in (0, 1, 10):
        assert between_classes(single, class_medians(single, classes)) in range(3)
        assert set(far_apart(single, class_medians(single, classes))) <= {0, 1, 2}


def test_a_morph_without_classes_goes_along_the_latent_that_varies_most() -> None:
    cross = latents(*((x, y) for x, y in [(0, 0), (0, 1), (0, -1), *((x, 0) for x in range(-9, 10))]), labels=[0] * 22)
    first, second = far_apart(cross, class_medians(cross, 0))
    assert [cross.mu[end].tolist() for end in (first, second)] == [[-7, 0], [7, 0]]


def test_one_image_is_enough() -> None:
    one = latents((5, 5), labels=[0])
    assert between_classes(one, class_medians(one, 10)) == 0
    assert far_apart(one, class_medians(one, 10)) == (0, 0)


def test_classes_on_one_spot() -> None:
    same = latents((1, 1), (1, 1), labels=[0, 1])
    assert between_classes(same, class_medians(same, 2)) == 0
    assert set(far_apart(same, class_medians(same, 2))) <= {0, 1}


def test_the_closest_classes_are_those_whose_medians_are() -> None:
    assert closest_classes(class_medians(LINE, 3)) == closest_classes(class_medians(LINE, 64)) == (1, 2)


def test_where_there_are_not_two_classes_none_are_closest_and_nobody_walks() -> None:
    single = latents((5, 5), (6, 6), labels=[3, 3])
    for classes in (0, 1, 10):
        assert closest_classes(class_medians(single, classes)) is None
        assert walk(single, class_medians(single, classes)) is None


def test_the_heart_of_a_class_is_where_its_neighbours_are_its_own() -> None:
    codes = np.concatenate([two_homes(0), two_homes(1) * np.array([1, 0.5], np.float32)])
    labels = np.repeat(np.arange(2), len(codes) // 2).astype(np.uint8)
    x, y = heart(Latents(codes, None, labels), 0).tolist()
    assert x < -40, "amid the other class"
    assert [x, y] in codes.tolist(), "no code of an image"


def two_homes(label: int) -> np.ndarray:
    """A class of which a few lie at 0, where both classes are, and the most by themselves, at -50 or 50."""
    few, most = HEART_NEIGHBOURS // 2, 2 * HEART_CODES
    shared = np.stack([np.zeros(few, np.float32), np.linspace(-1, 1, few, dtype=np.float32)], axis=1)
    own = np.stack(
        [np.full((most,), 100.0 * label - 50, np.float32), np.linspace(-1, 1, most, dtype=np.float32)], axis=1
    )
    return np.concatenate([shared, own])


def test_a_walk_goes_from_heart_to_heart_of_the_closest_classes() -> None:
    found = walk(LINE, class_medians(LINE, 3))
    assert found
    first, second, classes = found
    assert classes == (1, 2)
    assert first.tolist() == heart(LINE, 1).tolist()
    assert second.tolist() == heart(LINE, 2).tolist()
    for code, label in ((first, 1), (second, 2)):
        assert code.tolist() in LINE.mu[LINE.class_of_each() == label].tolist()
