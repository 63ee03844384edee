import pytest

from live.names import latent_name


@pytest.mark.parametrize(("dim", "name"), [(0, "z₁"), (1, "z₂"), (9, "z₁₀"), (127, "z₁₂₈")])
def test_latent_name(dim: int, name: str) -> None:
    assert latent_name(dim) == name
