"""What users share to make the model better for all: updates of the global adapter, never text."""
