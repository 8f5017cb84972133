"""The words that the user wants to be used: read from a file, applied to what providers say."""
