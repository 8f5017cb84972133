"""Log everything that anybody logs, whatever the program wants: found by Python at every start."""

from __future__ import annotations

import logging

logging.root.setLevel(logging.DEBUG)
logging.root.setLevel = lambda level: None  # type: ignore[method-assign] # noqa: ARG005 - its name
