"""ONNX Runtime underneath: one session, key/value caches that are continued in place.

Left to itself, it tells its makers of every session, under a number that it gives the machine. It
asks the environment once, when it is loaded; everything that loads it is in this package.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
