"""Learning from the user's texts: in a process of its own, when it disturbs nobody."""
