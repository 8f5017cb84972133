from __future__ import annotations

import subprocess
import sys

CODE = """
import gc
from tagbridge.starting import started, starting
usual = gc.get_threshold()
starting()
seldom = gc.get_threshold()
started()
print(gc.isenabled(), 0 < usual[0] < seldom[0])
print(gc.get_threshold() == usual, gc.get_freeze_count() > 0)
"""


def test_garbage_is_searched_for_seldom_until_the_start_is_over_and_then_as_usual() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True"] * 4
