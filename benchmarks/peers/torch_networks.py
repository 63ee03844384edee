"""The two networks in plain torch, as a person would write them. Knows torch only."""

from torch import Tensor, nn

from benchmarks.peers.measuring import LATENTS, WIDTH

CODES = 2 * LATENTS


def encoder(network: str) -> nn.Module:
    """From `[batch 1 28 28]` to mean and log variance side by side."""
    if network == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, WIDTH), nn.ReLU(), nn.Linear(WIDTH, CODES))
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, 2), nn.ReLU(), nn.Conv2d(32, 64, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(2304, CODES)
    )


def decoder(network: str) -> nn.Module:
    """From latents to probabilities `[batch 1 28 28]`."""
    image = nn.Unflatten(1, (1, 28, 28))
    if network == "mlp":
        return nn.Sequential(nn.Linear(LATENTS, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 784), nn.Sigmoid(), image)
    return nn.Sequential(
        nn.Linear(LATENTS, 1568),
        nn.ReLU(),
        nn.Unflatten(1, (32, 7, 7)),
        nn.ConvTranspose2d(32, 64, 3, 2, padding=1, output_padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 3, 2, padding=1, output_padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(32, 1, 3, padding=1),
        nn.Sigmoid(),
    )


def kl(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) of each example, nats (Kingma and Welling 2013, appendix B)."""
    return -0.5 * (1 + log_var - mu.square() - log_var.exp()).sum(dim=1)
