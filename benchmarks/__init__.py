"""Scripts that print the numbers of the README; run one with `python -m benchmarks NAME`."""
