"""What the drawer "Numbers and code" is told of a model: an objective's terms, the lines that compute them."""
