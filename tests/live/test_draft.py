"""A draft holds the decoder to half a step of each row, biases exactly, and the codes in half precision."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from live import draft
from live.weights import part_tensors
from models.checkpoint import Checkpoint

Make = Callable[..., Checkpoint]


@pytest.mark.parametrize("network", ["mlp", "post-cnn"])
def test_every_number_is_within_half_a_step_and_biases_are_exact(make_checkpoint: Make, network: str) -> None:
    checkpoint = make_checkpoint("vae", 2, network=network)
    tensors = [tensor.astype(np.float32) for tensor in part_tensors(checkpoint, "decoder")]
    content, count = draft.draft_weights(checkpoint), sum(tensor.size for tensor in tensors)
    assert len(content) == count + 4 * sum(len(tensor) for tensor in tensors)
    numbers, steps = np.frombuffer(content[:count], "<i1"), np.frombuffer(content[count:], "<f4")
    at = row = 0
    for tensor in tensors:
        wide = tensor.reshape(len(tensor), -1)
        found = numbers[at : at + wide.size].reshape(wide.shape).astype(np.float32)
        step = steps[row : row + len(wide), None]
        assert np.abs(found).max() <= draft.LEVELS
        assert (np.abs(found * step - wide) <= step * 0.5001).all()
        if tensor.ndim == 1:
            np.testing.assert_allclose(found[:, 0] * step[:, 0], tensor, rtol=1e-6)
        at, row = at + wide.size, row + len(wide)


def test_codes_are_halves_and_then_labels(tiny_checkpoint: Checkpoint) -> None:
    latents = tiny_checkpoint.latents
    content = draft.draft_codes(latents)
    size = latents.mu.size
    assert np.array_equal(np.frombuffer(content[: 2 * size], "<f2"), latents.mu.astype(np.float16).ravel())
    labels = b"" if latents.labels is None else latents.labels.tobytes()
    assert content[2 * size :] == labels


def test_a_small_decoder_or_codes_too_large_for_halves_have_none(
    tiny_checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not draft.has_draft(tiny_checkpoint)
    monkeypatch.setattr(draft, "WORTH", 1)
    assert draft.has_draft(tiny_checkpoint)
    far = replace(tiny_checkpoint.latents, mu=np.full_like(tiny_checkpoint.latents.mu, 1e5))
    assert not draft.has_draft(replace(tiny_checkpoint, latents=far))
