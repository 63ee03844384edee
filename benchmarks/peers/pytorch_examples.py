"""A loop of the shape that pytorch/examples' VAE has: a DataLoader, ToTensor an image, probabilities, `loss.item()`."""

import sys
import time

from benchmarks.peers.measuring import BATCH, LEARNING_RATE, After, Task, Train, main


def make(task: Task) -> Train:
    """Its training; the images go through PIL and ToTensor one by one, as torchvision's MNIST does it."""
    import torch
    import torch.nn.functional as F
    from PIL import Image
    from torch import Tensor, nn
    from torch.utils.data import DataLoader, Dataset
    from torchvision.transforms import ToTensor

    from benchmarks.peers.torch_networks import decoder, encoder, kl

    torch.set_num_threads(task.cores)
    torch.manual_seed(0)

    class Pictures(Dataset[Tensor]):
        def __init__(self, count: int) -> None:
            self.pixels, self.count, self.transform = torch.from_numpy(task.images.copy()), count, ToTensor()

        def __len__(self) -> int:
            return self.count

        def __getitem__(self, number: int) -> Tensor:
            picture: Tensor = self.transform(Image.fromarray(self.pixels[number].numpy(), mode="L"))
            return picture

    class Vae(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder = encoder(task.network), decoder(task.network)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            mu, log_var = self.encoder(x).chunk(2, dim=1)
            z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
            return self.decoder(z), mu, log_var

    def loss_of(x: Tensor) -> Tensor:
        drawn, mu, log_var = model(x)
        return F.binary_cross_entropy(drawn, x, reduction="sum") + kl(mu, log_var).sum()

    model = Vae()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    tests = torch.from_numpy(task.tests.copy())[:, None].float() / 255

    @torch.no_grad()
    def elbo() -> float:
        return -sum(float(loss_of(part)) for part in torch.split(tests, 1000)) / len(tests)

    def train(images: int, epochs: int, after: After) -> None:
        loader = DataLoader(Pictures(images), batch_size=BATCH, shuffle=True)
        for _ in range(epochs):
            began, total = time.perf_counter(), 0.0
            for x in loader:
                optimizer.zero_grad()
                loss = loss_of(x)
                loss.backward()  # type: ignore[no-untyped-call]
                total += loss.item()
                optimizer.step()
            if after(time.perf_counter() - began, elbo):
                return

    return train


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], make))
