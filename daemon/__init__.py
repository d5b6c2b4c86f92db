"""The only process that listens: serves completions, captures opted-in text, keeps the store."""
