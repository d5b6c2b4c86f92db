"""A folder for ``PYTHONPATH``: every Python process that finds it there is watched."""
