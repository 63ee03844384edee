"""What can be asked of a trained model: latent geometry, images, embeddings and metrics.

Knows models/, datasets/, numpy and torch; knows nothing of training, of screens or of plots.
"""
