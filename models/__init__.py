"""Networks, posteriors, objectives, the families, and checkpoints on disk.

Knows torch only: no data sets, no training loop, no screen.
"""
