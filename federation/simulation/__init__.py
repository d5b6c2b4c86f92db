"""A community on one machine: many real authors, the real base model, the very functions that
devices and coordinator run, and the real masks. Only the network is left out."""
