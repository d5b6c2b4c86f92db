"""What can go wrong with a base model, in words for its user."""


class BaseModelError(Exception):
    """One clear line: what is wrong with the base model and what helps."""
