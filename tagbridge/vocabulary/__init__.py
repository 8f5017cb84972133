"""The words that the user wants to be used: read from a file, applied to what providers say."""

from tagbridge.vocabulary.exporting import Exported, exported, paths_of_photo
from tagbridge.vocabulary.keyword_list_text import keyword_list_text
from tagbridge.vocabulary.mapping import Word, placed
from tagbridge.vocabulary.place import with_whole_path
from tagbridge.vocabulary.reading import chosen_vocabulary, read_entries, read_vocabulary
from tagbridge.vocabulary.vocabulary import Vocabulary

__all__ = [
    "Exported",
    "Vocabulary",
    "Word",
    "chosen_vocabulary",
    "exported",
    "keyword_list_text",
    "paths_of_photo",
    "placed",
    "read_entries",
    "read_vocabulary",
    "with_whole_path",
]
