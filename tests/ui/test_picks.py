"""Where a page opens: between the two closest classes, and from one far class to another."""

import torch

from models.checkpoint import Latents
from ui.picks import between_classes, class_medians, far_apart


def latents(*points: tuple[float, ...], labels: list[int]) -> Latents:
    return Latents(torch.tensor(points, dtype=torch.float32), None, torch.tensor(labels, dtype=torch.uint8))


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
    assert bool(medians[3].isnan().all())


def test_a_page_opens_between_the_two_closest_classes() -> None:
    assert between_classes(LINE, 3) == 6


def test_a_morph_goes_between_the_two_classes_farthest_apart() -> None:
    assert far_apart(LINE, 3) == (1, 7)


def test_empty_classes_do_not_count() -> None:
    assert between_classes(LINE, 64) == 6
    assert far_apart(LINE, 64) == (1, 7)


def test_one_class_and_no_classes_open_on_an_image_that_exists() -> None:
    single = latents((5, 5), (6, 6), (7, 7), labels=[0, 0, 0])
    for classes in (0, 1, 10):
        assert between_classes(single, classes) in range(3)
        assert set(far_apart(single, classes)) <= {0, 1, 2}


def test_one_image_is_enough() -> None:
    one = latents((5, 5), labels=[0])
    assert between_classes(one, 10) == 0
    assert far_apart(one, 10) == (0, 0)


def test_classes_on_one_spot() -> None:
    same = latents((1, 1), (1, 1), labels=[0, 1])
    assert between_classes(same, 2) == 0
    assert set(far_apart(same, 2)) <= {0, 1}
