"""Other ways to finish somebody's sentences, behind one interface, to be measured alike."""
