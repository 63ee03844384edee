"""The training loop, plans, recipes, and the command line. Knows models, data sets and jobs; knows no screen."""
