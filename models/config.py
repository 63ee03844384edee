"""What a model is, as plain values: saved as JSON beside its weights, checked on the way in.

Knows the tables of families and networks; knows nothing of training or of files.
"""

from dataclasses import dataclass, field

from models.dial import Dial
from models.errors import require
from models.families import STANDARD, VAMP, family_of
from models.layers import ACTIVATIONS
from models.networks import MAX_SIDE, MIN_SIDE, NETWORKS
from models.own_layers import OwnLayers, require_shapes
from models.strict_json import ADDED_LATER

MAX_LATENT, MAX_CLASSES, MAX_WIDTH, MAX_DEPTH = 128, 64, 4096, 8
MAX_PSEUDO_INPUTS = 500
OWN = "own"  # the network of a model that brings its layers along


@dataclass(frozen=True)
class ModelConfig:
    """The shape of one model.

    `image`: channels, height, width in pixels. `class_count`: classes of the data set, used by a conditional family.
    `widths`, `activation`: hidden layers, for the networks that take them. `stochastic`: whether the encoder returns
    a log variance; only an MMD-VAE may choose. `dial`: makes it one network for all values of its objective's weight.
    `pseudo_inputs`: components of a VampPrior, 0 for any other. `layers`: what the network `own` is made of; no other
    has any. Raises InputError for a value out of bounds.
    """

    family: str = "vae"
    network: str = "mlp"
    image: tuple[int, int, int] = (1, 28, 28)
    latent_dim: int = 2
    class_count: int = 10
    widths: tuple[int, ...] = (512, 512, 512)
    activation: str = "gelu"
    stochastic: bool = True
    pseudo_inputs: int = field(default=0, metadata={ADDED_LATER: True})
    dial: Dial | None = field(default=None, metadata={ADDED_LATER: True})
    layers: OwnLayers | None = field(default=None, metadata={ADDED_LATER: True})

    def __post_init__(self) -> None:
        family = family_of(self.family)
        known = self.network in NETWORKS if self.layers is None else self.network == OWN
        require(known, "model.network", known=list(NETWORKS), got=self.network[:40])
        channels, height, width = self.image
        require(
            channels in (1, 3) and MIN_SIDE <= height <= MAX_SIDE and MIN_SIDE <= width <= MAX_SIDE,
            "model.image",
            least=MIN_SIDE,
            most=MAX_SIDE,
            got=list(self.image),
        )
        _require_range("latent_dim", self.latent_dim, 1, MAX_LATENT)
        _require_range("class_count", self.class_count, 0, MAX_CLASSES)
        require(
            not family.conditional or self.class_count >= 2,
            "model.needs_classes",
            family=family.title,
            got=self.class_count,
        )
        require(
            not family.stochastic or self.stochastic or family.objective == "mmd",
            "model.needs_stochastic",
            family=family.title,
        )
        require(family.stochastic or not self.stochastic, "model.is_deterministic", family=family.title)
        require(self.activation in ACTIVATIONS, "model.activation", known=list(ACTIVATIONS))
        require(self.dial is None or self.network == "mlp", "model.dial_network", got=self.network[:40])
        require(self.dial is None or family.prior == "standard", "model.dial_prior", family=family.title)
        self._require_widths()
        self._require_layers()
        vamp = family.prior == VAMP
        _require_range("pseudo_inputs", self.pseudo_inputs, *((1, MAX_PSEUDO_INPUTS) if vamp else (0, 0)))

    def _require_widths(self) -> None:
        if self.network == OWN or not NETWORKS[self.network].widths:
            require(not self.widths, "model.fixed_widths", network=self.network)
            return
        require(
            1 <= len(self.widths) <= MAX_DEPTH and all(1 <= w <= MAX_WIDTH for w in self.widths),
            "model.widths",
            depth=MAX_DEPTH,
            most=MAX_WIDTH,
            got=self.widths[:9],
        )

    def _require_layers(self) -> None:
        """Whether its own layers lead from the image to the code and back."""
        if self.layers is None:
            return
        require(family_of(self.family).prior == STANDARD, "layers.prior", family=family_of(self.family).title)
        outputs, classes = self.latent_dim * (2 if self.stochastic else 1), self.class_count if self.conditional else 0
        require_shapes("encoder", self.layers.encoder, self.image, (outputs,), classes)
        require_shapes("decoder", self.layers.decoder, (self.latent_dim,), self.image, classes)

    @property
    def learns_prior(self) -> bool:
        """Whether the prior is another one than N(0, I)."""
        return family_of(self.family).prior != STANDARD

    @property
    def conditional(self) -> bool:
        """Whether encoder and decoder see the label."""
        return family_of(self.family).conditional


def _require_range(name: str, value: int, low: int, high: int) -> None:
    require(low <= value <= high, "model.whole_number", name=name, low=low, high=high, got=value)
