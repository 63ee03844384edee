"""The data sets, each as tensors with a title and class names. Knows models' errors and records; trains nothing."""
