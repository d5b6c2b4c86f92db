"""The completion engine: a pure library without sockets and without the user's database."""
