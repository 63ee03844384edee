"""Data sets, the training loop, presets and the command line. Knows models; knows no screen."""
