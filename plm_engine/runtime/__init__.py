"""ONNX Runtime underneath: one session, key/value caches that are continued in place."""
