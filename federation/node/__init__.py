"""A user's machine as a member of a federation."""
