"""k-NN accuracy: known answers from 0 to 1, chance, ties, and a referee."""

import math

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from analysis.metrics.knn import knn_accuracy
from models.errors import InputError


def blobs(per_class: int = 30, classes: int = 4, distance: float = 50.0) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat(np.arange(classes), per_class)
    noise = torch.randn(len(labels), 3, generator=torch.Generator().manual_seed(0)).numpy()
    return noise + distance * labels[:, None], labels.astype(np.uint8)


def test_separated_blobs_score_one():
    assert knn_accuracy(*blobs()) == 1


def test_shuffled_labels_score_near_chance():
    codes, labels = blobs(250)
    shuffled = labels[torch.randperm(len(labels), generator=torch.Generator().manual_seed(1)).numpy()]
    assert knn_accuracy(codes, shuffled) == pytest.approx(0.25, abs=0.06)


def test_a_code_does_not_vote_for_itself():
    codes, labels = np.zeros((10, 2), np.float32), np.arange(10) % 2
    assert knn_accuracy(codes, labels, neighbours=9) == 0  # four others of its own class, five of the other
    assert knn_accuracy(np.array([[0.0], [1.0]], np.float32), np.array([0, 1]), neighbours=1) == 0


def test_a_tie_goes_to_the_lower_label():
    codes, labels = np.array([[0.0], [1.0], [-1.0]], np.float32), np.array([1, 2, 1])
    # code 0 sees labels 2 and 1, code 1 sees 1 and 1, code 2 sees 1 and 2
    assert knn_accuracy(codes, labels, neighbours=2) == pytest.approx(2 / 3)


def test_it_agrees_with_scikit_learns_classifier():
    codes, labels = blobs(20, distance=1.0)
    referee = cross_val_score(KNeighborsClassifier(7), codes, labels, cv=LeaveOneOut())
    score = knn_accuracy(codes, labels, 7)
    assert 0.3 < score < 0.95
    assert score == pytest.approx(referee.mean())


def test_bad_codes_are_refused():
    codes, labels = np.zeros((5, 2), np.float32), np.zeros(5, np.uint8)
    for neighbours in (0, 5):
        with pytest.raises(InputError, match=rf"measure\.neighbours: count=5, got={neighbours}"):
            knn_accuracy(codes, labels, neighbours)
    with pytest.raises(InputError, match=r"measure\.neighbours"):
        knn_accuracy(codes[:0], labels[:0])
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        knn_accuracy(np.full((5, 2), math.nan, np.float32), labels, 1)
    with pytest.raises((InputError, TypeCheckError)):
        knn_accuracy(codes, labels[:4], 1)
