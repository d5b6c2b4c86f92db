"""A page served by the daemon: try the completions without the extension."""
