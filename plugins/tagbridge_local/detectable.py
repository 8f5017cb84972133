"""The 80 kinds of things that the detector knows: their terms, and what must speak for them.

The detector alone is wrong too often: it sees a bird in a squirrel (.75), clocks in coins (.68), a
tie in a baboon (.66). So a thing counts only when the classifier, which sees the picture as a
whole, gives some of its probability to a term in `support`; or, for the few kinds with `alone`,
when the detector by itself is that certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagbridge_local.concepts import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectable:
    """A kind of thing.

    Attributes:
        path: Its term, the most general first; the same place as in the classifier's hierarchy.
        support: Terms of the classifier that speak for it.
        alone: Confidence from which it needs no support, or None: it always does.
    """

    path: Path
    support: frozenset[str]
    alone: float | None = None


PERSON = 1  # a kind of its own: see people.py

_TABLE = """
2   Vehicle/Bicycle                        Bicycle, Vehicle                        .72
3   Vehicle/Car                            Car, Vehicle, Street, Architecture      .72
4   Vehicle/Motorcycle                     Motorcycle, Vehicle                     .72
5   Vehicle/Aircraft/Airplane              Aircraft, Airplane
6   Vehicle/Bus                            Vehicle, Bus                            .72
7   Vehicle/Train                          Vehicle, Train
8   Vehicle/Truck                          Vehicle, Truck
9   Vehicle/Boat                           Boat, Ship, Vehicle, Dock, Pier
10  Street/Traffic light                   Traffic light
11  Street/Fire hydrant                    Street sign, Parking meter              .75
13  Street/Street sign                     Street sign
14  Street/Parking meter                   Parking meter
15  Furniture/Bench                        Bench
16  Animal/Bird                            Bird
17  Animal/Mammal/Cat                      Cat, Lynx
18  Animal/Mammal/Dog                      Dog                                     .72
19  Animal/Mammal/Horse                    Horse, Cattle                           .72
20  Animal/Mammal/Sheep                    Sheep, Goat
21  Animal/Mammal/Cattle                   Cattle
22  Animal/Mammal/Elephant                 Elephant
23  Animal/Mammal/Bear                     Bear
24  Animal/Mammal/Zebra                    Zebra, Horse
25  Animal/Mammal/Giraffe                  Antelope                                .70
27  Bag/Backpack                           Backpack
28  Umbrella                               Umbrella
31  Bag/Handbag                            Handbag
32  Clothing/Tie                           Tie, Suit
33  Bag/Suitcase                           Bag
34  Sport/Frisbee                          Sport
35  Sport/Skiing                           Skiing, Mountain
36  Sport/Snowboarding                     Skiing
37  Sport/Ball                             Sport
38  Sport/Kite                             Parachute                               .75
39  Sport/Baseball                         Baseball
40  Sport/Baseball                         Baseball
41  Sport/Skateboarding                    Sport                                   .75
42  Sport/Surfing                          Sport, Coast                            .75
43  Sport/Tennis                           Tennis
44  Bottle                                 Bottle, Food and drink
46  Food and drink/Wine glass              Drink, Goblet, Wine bottle
47  Food and drink/Cup                     Cup, Drink, Food and drink
51  Tableware/Bowl                         Bowl, Meal
52  Food and drink/Fruit/Banana            Banana
53  Food and drink/Fruit/Apple             Apple
54  Food and drink/Meal/Sandwich           Meal, Bread
55  Food and drink/Fruit/Orange            Orange, Lemon
56  Food and drink/Vegetable/Broccoli      Broccoli, Cauliflower
57  Food and drink/Vegetable/Carrot        Vegetable
58  Food and drink/Meal/Hot dog            Hot dog
59  Food and drink/Meal/Pizza              Pizza
60  Food and drink/Dessert/Donut           Dessert, Bagel
61  Food and drink/Dessert/Cake            Dessert
62  Furniture/Chair                        Furniture
63  Furniture/Sofa                         Sofa, Furniture
64  Plant/Potted plant                     Potted plant, Vase
65  Furniture/Bed                          Bed, Furniture
67  Furniture/Table                        Table, Desk, Food and drink
70  Toilet                                 Toilet, Bathtub
72  Electronics/Television                 Television, Monitor, Home theater
73  Computer/Laptop                        Computer
74  Computer/Computer mouse                Computer
75  Electronics/Remote control             Remote control
76  Computer/Keyboard                      Computer, Typewriter
77  Electronics/Mobile phone               Mobile phone, iPod
78  Appliance/Microwave                    Microwave
79  Appliance/Stove                        Stove, Appliance
80  Appliance/Toaster                      Toaster
81  Sink                                   Sink, Bathtub
82  Appliance/Refrigerator                 Refrigerator, Appliance
84  Book                                   Book, Bookcase, Library, Bookshop
85  Clock                                  Clock
86  Vase                                   Vase
88  Toy/Teddy bear                         Teddy bear, Toy
89  Appliance/Hair dryer                   Hair dryer
"""


def _row(line: str) -> tuple[int, Detectable]:
    number, *fields = line.split(maxsplit=1)
    columns = [column.strip() for column in fields[0].split("  ") if column.strip()]
    support = frozenset(term.strip() for term in columns[1].split(","))
    alone = float(columns[2]) if len(columns) == 3 else None  # noqa: PLR2004 - third column
    return int(number), Detectable(path=tuple(columns[0].split("/")), support=support, alone=alone)


# By the number of the class in the detector's output. Left out: knife, fork, spoon, scissors and
# toothbrush, which are never what a photograph is about.
DETECTABLES = dict(_row(line) for line in _TABLE.strip().splitlines())
