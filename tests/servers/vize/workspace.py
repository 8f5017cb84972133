"""The tasks, labels and training images of an account of Vize, kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.servers.words import identifier

DEMO = "0a8c8186-aee8-47c8-9eaf-348103feb14d"  # the id that the documentation shows
DEMO_MULTI = "0a8c8186-aee8-47c8-9eaf-348103feb14e"
LEAST_LABELS = 2
LEAST_IMAGES = 20  # of each label
TYPES = ("multi_class", "multi_label", "regression")


@dataclass(slots=True, kw_only=True)
class Label:
    """A label, which stands by itself and is then connected to tasks."""

    id: str
    name: str


@dataclass(slots=True, kw_only=True)
class Image:
    """A training image and the ids of its labels."""

    id: str
    digest: str
    labels: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Task:
    """A task; `waits` is how often one has to look until its training is done.

    Attributes:
        made_up: Whether its labels are made up for each picture, for tests without a training.
    """

    id: str
    name: str
    description: str = ""
    type: str = "multi_class"
    labels: list[str] = field(default_factory=list)
    production_version: int = -1
    last_train_status: str | None = None
    waits: int = 0
    made_up: bool = False

    def looked_at(self) -> None:
        """Let the training go on by one step."""
        if self.waits:
            self.waits -= 1
            if not self.waits:
                self.production_version = max(self.production_version, 0) + 1
                self.last_train_status = "TRAINED"


def _demos() -> dict[str, Task]:
    single = Task(id=DEMO, name="Demo", production_version=2, made_up=True)
    multi = Task(
        id=DEMO_MULTI, name="Demo of many", production_version=3, made_up=True, type="multi_label"
    )
    return {task.id: task for task in (single, multi)}


@dataclass(slots=True, kw_only=True)
class Workspace:
    """What the account holds: two demonstration tasks, and what was made since.

    Attributes:
        train_looks: How often one has to look at a task until its training is done.
        made: How many things were made, from which their ids follow.
    """

    train_looks: int = 3
    tasks: dict[str, Task] = field(default_factory=_demos)
    labels: dict[str, Label] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    made: int = 0

    def new_id(self) -> str:
        """Return the next id."""
        self.made += 1
        return identifier("made", str(self.made))

    def add_task(self, name: str, description: str, kind: str) -> Task:
        """Make a task that has never been trained."""
        task = Task(id=self.new_id(), name=name, description=description, type=kind)
        self.tasks[task.id] = task
        return task

    def add_label(self, name: str) -> Label:
        """Make a label."""
        label = Label(id=self.new_id(), name=name)
        self.labels[label.id] = label
        return label

    def add_image(self, digest: str) -> tuple[Image, bool]:
        """Keep a training image; say whether it is new."""
        for image in self.images.values():
            if image.digest == digest:
                return image, False
        image = Image(id=self.new_id(), digest=digest)
        self.images[image.id] = image
        return image, True

    def images_of(self, label: str) -> int:
        """Return how many images have a label."""
        return sum(label in image.labels for image in self.images.values())

    def untrainable(self, task: Task) -> str:
        """Return why a task cannot be trained, or nothing."""
        if len(task.labels) < LEAST_LABELS:
            return f"The task needs at least {LEAST_LABELS} labels."
        poor = [label for label in task.labels if self.images_of(label) < LEAST_IMAGES]
        return f"Each label needs at least {LEAST_IMAGES} images." if poor else ""

    def train(self, task: Task) -> None:
        """Begin a training."""
        task.waits = self.train_looks
        task.last_train_status = "IN_QUEUE"
