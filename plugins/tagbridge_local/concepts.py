"""What the classifier's 1000 classes are called, and where each stands among broader terms.

`models/imagenet_paths.json` holds one path a class, the most general term first. It was made from
WordNet's noun hierarchy and then read through by hand: a photographer's word instead of
WordNet's, one place for every word, and no rank that nobody would search for. A class that stands
alone for a family carries the name of the family ("Heron", not "Little blue heron"), because the
classifier has seen no other member and calls all of them by that one name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path as FilePath

    from numpy.typing import NDArray

Path = tuple[str, ...]

# Surfaces and small plain shapes. The classifier gives them to whatever is merely textured - a
# coin collection is "bubble", a dahlia "honeycomb", the moon "nematode" -, so they count only when
# it is nearly certain.
TEXTURES = frozenset(
    {
        *(110, 111, 419, 434, 458, 462, 490, 506, 533, 539, 549, 551, 552, 585, 591, 599, 600),
        *(611, 616, 619, 631, 641, 644, 646, 669, 676, 677, 692, 700, 714, 723, 728, 733, 741),
        *(749, 750, 753, 767, 783, 794, 807, 815, 816, 818, 824, 828, 838, 854, 862, 885, 904),
        *(905, 911, 971, 998),
    }
)

# Groups with far more members than the classifier knows: 59 of 10,000 birds, six butterflies. A
# member it has never seen gets the name of one that it has (a European robin is "Brambling" with
# .67), so a member is named only when it is nearly certain, the group as usual.
FAMILIES = frozenset(
    {
        *("Bird", "Bird of prey", "Waterfowl", "Shorebird", "Grouse", "Parrot", "Heron", "Stork"),
        *("Dog", "Terrier", "Spaniel", "Retriever", "Setter", "Schnauzer", "Poodle", "Coonhound"),
        *("Fish", "Shark", "Snake", "Lizard", "Turtle", "Frog", "Salamander", "Amphibian"),
        *("Butterfly", "Beetle", "Insect", "Spider", "Crab", "Mollusc", "Crustacean"),
        *("Monkey", "Ape", "Primate", "Marsupial", "Rodent", "Antelope", "Mushroom"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """All terms, and how the probability of a class reaches its broader terms.

    Attributes:
        terms: Every path, each ancestor a path of its own, sorted.
        named: The paths at which a class ends.
        membership: terms x classes; 1 where the class is the term or narrower.
    """

    terms: tuple[Path, ...]
    named: frozenset[Path]
    membership: NDArray[np.float32]

    @classmethod
    def load(cls, file: FilePath) -> Concepts:
        """Read the paths of all classes from a JSON list of lists."""
        return cls.of([tuple(path) for path in json.loads(file.read_text(encoding="utf-8"))])

    @classmethod
    def of(cls, paths: list[Path]) -> Concepts:
        """Build the terms from the path of each class, in the order of the classes."""
        terms = tuple(sorted({path[:depth] for path in paths for depth in _depths(path)}))
        rows = {term: row for row, term in enumerate(terms)}
        membership = np.zeros((len(terms), len(paths)), np.float32)
        for column, path in enumerate(paths):
            for depth in _depths(path):
                membership[rows[path[:depth]], column] = 1.0
        return cls(terms=terms, named=frozenset(paths), membership=membership)

    def sums(self, probabilities: NDArray[np.float32]) -> Mapping[Path, float]:
        """Return for each term the probability of all classes that are narrower, 0 to 1."""
        values = np.clip(self.membership @ probabilities, 0.0, 1.0)
        return dict(zip(self.terms, values.tolist(), strict=True))


def _depths(path: Path) -> range:
    return range(1, len(path) + 1)
