"""What a federation promises, shown."""
