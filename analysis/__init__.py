"""What can be asked of a trained model: latent geometry, images, embeddings and metrics.

Knows models/ and datasets/; knows nothing of training, of screens or of plots. What needs no network is numpy alone.
"""
