"""From text around the caret to a suggestion."""
