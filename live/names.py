"""What the parts of a model are called on screen and in figures. Knows no model."""

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def latent_name(dim: int) -> str:
    """`z₁` for dimension 0."""
    return "z" + str(dim + 1).translate(SUBSCRIPTS)
