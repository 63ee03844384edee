"""Numbers that judge a latent space, one metric a file. Knows codes and labels; knows no model."""
