"""Numbers that judge a latent space, one idea a file.

Knows codes, posteriors, labels and images; the few that ask a model itself take it as their first argument.
"""
