"""Eight weeks of one author, learned week by week: what is gained, and what is forgotten.

``python -m bench continual``
"""
