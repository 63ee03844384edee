"""A script for each trainer that `python -m benchmarks train` compares; each runs in an environment of its own."""
