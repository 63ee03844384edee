"""A dial: one network that is every value of its objective's weight at once, from `low` to `high`.

After the multi-rate VAE (Bae et al. 2023, "Multi-Rate VAE: Train Once, Get the Full Rate-Distortion Curve", ICLR):
gates behind the hidden layers depend on the weight's logarithm (models/layers.py, `Gate`), and training draws the
weight anew all the time. The paper's gates are a sigmoid and a root; plain affine ones are enough here. Knows numbers;
knows nothing of networks or of how a dial is trained.
"""

from dataclasses import dataclass

from models.errors import require

LIMITS = {"beta": (1e-3, 1e3), "lambda": (1e-3, 1e6)}
AXES = tuple(LIMITS)
# where nobody says; below 10 an MMD-VAE's codes go where they like, above 1,000 its copies begin to pay
RANGES = {"beta": (0.1, 50.0), "lambda": (0.01, 1e4)}


@dataclass(frozen=True)
class Dial:
    """`axis`: which weight it turns, `beta` of the KL or `lambda` of the MMD. `origin`: the value that the model has
    wherever nobody turns the dial. Raises InputError unless low < origin < high, within the axis' limits.
    """

    axis: str
    low: float
    high: float
    origin: float

    def __post_init__(self) -> None:
        require(self.axis in AXES, "dial.axis", known=list(AXES), got=self.axis[:40])
        least, most = LIMITS[self.axis]
        require(
            least <= self.low < self.origin < self.high <= most,
            "dial.range",
            axis=self.axis,
            least=least,
            most=most,
            low=self.low,
            origin=self.origin,
            high=self.high,
        )
