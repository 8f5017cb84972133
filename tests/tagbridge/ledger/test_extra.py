"""Without the packages for PostgreSQL, whoever asks for it is told what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

URL = "postgresql://nobody@127.0.0.1:9/nothing"
OPEN = f"from tagbridge.ledger import open_ledger; open_ledger(None, {URL!r})"
VISIT = f"from tagbridge.ledger.onlooker import look; look(None, {URL!r}).__enter__()"


@pytest.mark.parametrize("package", ["sqlalchemy", "psycopg"])
@pytest.mark.parametrize("use", [OPEN, VISIT])
def test_what_lacks_is_named_with_its_remedy(package: str, use: str) -> None:
    program = f"import sys; sys.modules[{package!r}] = None; {use}"
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert done.returncode
    *_, said = done.stderr.strip().splitlines()
    assert "ConfigError: engine.database" in said
    assert "pip install 'tagbridge[cluster]'" in said
