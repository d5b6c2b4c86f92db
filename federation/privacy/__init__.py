"""What can be told of one user from what all of them sent together: clipping, noise, and what the
noise is worth."""
