"""The server of a federation: one Flower SuperLink, and what we put in front of and behind it."""
