"""What published programs say, and what the same programs measure here. Knows no screen."""
