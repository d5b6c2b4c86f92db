"""How good and how fast: the numbers that everyone quotes."""
