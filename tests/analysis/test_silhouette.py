"""Silhouettes: by hand, far blobs, one blob, and what is refused."""

import math

import pytest
import torch

from analysis.metrics import silhouette as module
from analysis.metrics.silhouette import silhouette
from models.errors import InputError


def test_four_points_on_a_line_are_as_by_hand():
    codes, labels = torch.tensor([[0.0], [1.0], [10.0], [11.0]]), torch.tensor([0, 0, 1, 1])
    # of 0: a = 1, b = (10 + 11) / 2; of 1: a = 1, b = (9 + 10) / 2
    assert silhouette(codes, labels).tolist() == pytest.approx([9.5 / 10.5, 8.5 / 9.5, 8.5 / 9.5, 9.5 / 10.5])


def test_the_nearest_other_class_counts_and_a_wrong_side_is_negative():
    codes, labels = torch.tensor([[0.0], [4.0], [5.0], [100.0], [101.0]]), torch.tensor([0, 0, 1, 2, 2])
    found = silhouette(codes, labels).tolist()
    assert found[0] == pytest.approx((5 - 4) / 5)
    assert found[1] == pytest.approx((1 - 4) / 4)
    assert found[2] == 0  # the only one of its class


def test_far_blobs_score_one_and_shuffled_labels_nothing():
    noise = torch.Generator().manual_seed(0)
    labels = torch.arange(300).to(torch.uint8) % 3
    codes = torch.randn(300, 2, generator=noise)
    assert float(silhouette(codes + 1000 * labels[:, None].float(), labels).mean()) > 0.99
    assert abs(float(silhouette(codes, labels).mean())) < 0.05


def test_equal_codes_score_zero():
    assert silhouette(torch.zeros(6, 2), torch.arange(6) % 2).tolist() == [0] * 6


def test_blocks_change_nothing(monkeypatch):
    codes = torch.randn(600, 2, generator=torch.Generator().manual_seed(0))
    whole = silhouette(codes, torch.arange(600) % 4)
    monkeypatch.setattr(module, "MEGABYTES", 1)
    torch.testing.assert_close(silhouette(codes, torch.arange(600) % 4), whole)


def test_what_has_no_silhouette_is_refused():
    codes = torch.zeros(4, 2)
    for labels in (torch.zeros(4).long(), torch.arange(4)):
        with pytest.raises(InputError, match=r"measure\.silhouette"):
            silhouette(codes, labels)
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        silhouette(torch.full((4, 2), math.nan), torch.tensor([0, 0, 1, 1]))
