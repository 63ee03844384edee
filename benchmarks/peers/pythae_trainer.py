"""pythae 0.1.2: its VAE with our two networks, trained by its BaseTrainer, its loss `bce`."""

import contextlib
import logging
import sys
import tempfile
import time
from typing import Any

from benchmarks.peers.measuring import BATCH, LATENTS, LEARNING_RATE, After, Task, Train, main


class Enough(Exception):  # noqa: N818  nothing went wrong; pythae has no other way to end a training early
    """The epoch was the last."""


def make(task: Task) -> Train:
    """Its training."""
    import torch
    from pythae.data.preprocessors import DataProcessor
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig
    from pythae.trainers.training_callbacks import TrainingCallback
    from torch import Tensor

    from benchmarks.peers.torch_networks import decoder, encoder

    torch.set_num_threads(task.cores)
    torch.manual_seed(0)
    logging.disable(logging.INFO)

    class Encoder(BaseEncoder):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.latent_dim, self.layers = LATENTS, encoder(task.network)

        def forward(self, x: Tensor) -> Any:
            mu, log_var = self.layers(x).chunk(2, dim=1)
            return ModelOutput(embedding=mu, log_covariance=log_var)

    class Decoder(BaseDecoder):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = decoder(task.network)

        def forward(self, z: Tensor) -> Any:
            return ModelOutput(reconstruction=self.layers(z))

    config = VAEConfig(input_dim=(1, 28, 28), latent_dim=LATENTS, reconstruction_loss="bce")
    model = VAE(config, encoder=Encoder(), decoder=Decoder())
    tests = torch.from_numpy(task.tests.copy())[:, None].float() / 255

    @torch.no_grad()
    def elbo() -> float:
        return -sum(float(model({"data": part}).loss) * len(part) for part in torch.split(tests, 1000)) / len(tests)

    class Clock(TrainingCallback):  # type: ignore[misc]
        def __init__(self, after: After) -> None:
            self.after = after

        def on_epoch_begin(self, *_: Any, **__: Any) -> None:
            self.began = time.perf_counter()

        def on_epoch_end(self, *_: Any, **__: Any) -> None:
            if self.after(time.perf_counter() - self.began, elbo):
                raise Enough

    def train(images: int, epochs: int, after: After) -> None:
        processor = DataProcessor()
        pixels = torch.from_numpy(task.images[:images].copy())[:, None].float() / 255
        dataset = processor.to_dataset(processor.process_data(pixels))
        with tempfile.TemporaryDirectory() as folder:
            settings = BaseTrainerConfig(
                output_dir=folder, num_epochs=epochs, learning_rate=LEARNING_RATE, no_cuda=True,
                per_device_train_batch_size=BATCH,
            )  # fmt: skip
            trainer = BaseTrainer(model, dataset, training_config=settings, callbacks=[Clock(after)])
            with contextlib.suppress(Enough):
                trainer.train()

    return train


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], make))
