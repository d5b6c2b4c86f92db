"""Taking part in a community: in a process of its own, when it disturbs nobody."""
