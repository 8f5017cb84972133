"""The words that the user wants to be used: read from a file, applied to what providers say."""

from tagbridge.vocabulary.mapping import Word, placed
from tagbridge.vocabulary.place import with_whole_path
from tagbridge.vocabulary.reading import read_vocabulary
from tagbridge.vocabulary.vocabulary import Vocabulary

__all__ = ["Vocabulary", "Word", "placed", "read_vocabulary", "with_whole_path"]
