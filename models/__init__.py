"""Networks, posteriors, objectives, the families, and checkpoints on disk.

Knows no data sets, no training loop, no screen. What is on disk is numpy's; only what decodes or trains imports torch.
"""
