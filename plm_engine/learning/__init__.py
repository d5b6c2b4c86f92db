"""Learning from the user's own writing. The only part of the engine that imports torch."""
