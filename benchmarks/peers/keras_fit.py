"""Keras 3: a model with `add_loss` for the KL and `fit` on arrays in memory; KERAS_BACKEND names the backend.

`--mode` "plain" turns the compiler (XLA) off, which Keras would turn on; JAX can't do without.
"""

import sys
import time
from typing import Any

import numpy as np

from benchmarks.peers.measuring import BATCH, LATENTS, LEARNING_RATE, WIDTH, After, Task, Train, main


def make(task: Task) -> Train:
    """Its training."""
    import keras
    from keras import layers, ops

    keras.utils.set_random_seed(0)

    def encoder() -> Any:
        if task.network == "mlp":
            rest = [layers.Flatten(), layers.Dense(WIDTH, "relu")]
        else:
            rest = [layers.Conv2D(32, 3, 2, activation="relu"), layers.Conv2D(64, 3, 2, activation="relu")]
            rest.append(layers.Flatten())
        return keras.Sequential([keras.Input((28, 28, 1)), *rest, layers.Dense(2 * LATENTS)])

    def decoder() -> Any:
        if task.network == "mlp":
            rest = [layers.Dense(WIDTH, "relu"), layers.Dense(784), layers.Reshape((28, 28, 1))]
        else:
            rest = [
                layers.Dense(1568, "relu"),
                layers.Reshape((7, 7, 32)),
                layers.Conv2DTranspose(64, 3, 2, "same", activation="relu"),
                layers.Conv2DTranspose(32, 3, 2, "same", activation="relu"),
                layers.Conv2DTranspose(1, 3, 1, "same"),
            ]
        return keras.Sequential([keras.Input((LATENTS,)), *rest])

    class Vae(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder, self.seeds = encoder(), decoder(), keras.random.SeedGenerator(0)

        def call(self, x: Any) -> Any:
            mu, log_var = ops.split(self.encoder(x), 2, axis=-1)
            kl = -0.5 * ops.sum(1 + log_var - ops.square(mu) - ops.exp(log_var), axis=-1)
            self.add_loss(ops.mean(kl))
            return self.decoder(mu + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mu), seed=self.seeds))

    def cross_entropy(x: Any, logits: Any) -> Any:
        return ops.sum(ops.binary_crossentropy(x, logits, from_logits=True), axis=(1, 2, 3))

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        """Stops before the validation, when the last step is done."""

        def __init__(self, after: After) -> None:
            super().__init__()
            self.after = after

        def on_epoch_begin(self, *_: Any) -> None:
            self.began, self.seconds = time.perf_counter(), 0.0

        def on_test_begin(self, *_: Any) -> None:
            self._stop()

        def on_epoch_end(self, _epoch: int, logs: Any = None) -> None:
            self._stop()
            if self.after(self.seconds, lambda: -float(logs["val_loss"])):
                self.model.stop_training = True

        def _stop(self) -> None:
            if not self.seconds:
                ops.convert_to_numpy(self.model.trainable_variables[0])  # JAX runs ahead
                self.seconds = time.perf_counter() - self.began

    model = Vae()
    compiled = False if task.mode == "plain" else "auto"
    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss=cross_entropy, jit_compile=compiled)
    observations, tests = (images[..., None].astype("float32") / 255 for images in (task.images, task.tests))

    def train(images: int, epochs: int, after: After) -> None:
        x = np.ascontiguousarray(observations[:images])
        validation = {"validation_data": (tests, tests), "validation_batch_size": 1000} if epochs > 2 else {}
        model.fit(x, x, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[Clock(after)], **validation)

    return train


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], make))
