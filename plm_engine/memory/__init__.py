"""The n-gram memory: what the user wrote before, token by token."""
