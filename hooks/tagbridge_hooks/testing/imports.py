"""Import a plugin in a process of its own, and see what that costs."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = [
    "PIL",
    "aiohttp",
    "boto3",
    "botocore",
    "cv2",
    "google",
    "grpc",
    "httpx",
    "matplotlib",
    "numpy",
    "onnxruntime",
    "openai",
    "pandas",
    "rawpy",
    "requests",
    "scipy",
    "sklearn",
    "tensorflow",
    "torch",
    "torchvision",
    "transformers",
    "urllib3",
]

_CHILD = """
import importlib, json, sys
name, heavy, sys.path[:] = json.loads(sys.argv[1])
import tagbridge_hooks
before, reached = set(sys.modules), []
def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        reached.append(event)
        raise OSError("a plugin does not use the network while it is imported")
sys.addaudithook(note)
importlib.import_module(name)
print(json.dumps([sorted((set(sys.modules) - before) & set(heavy)), reached]))
"""


def cost_of_import(module: str) -> tuple[list[str], list[str]]:
    """Return the heavy modules that importing a module pulls in, and its uses of the network.

    Raises:
        AssertionError: The module cannot be imported in a fresh interpreter.
    """
    request = json.dumps([module, HEAVY, sys.path])
    child = subprocess.run(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", _CHILD, request], capture_output=True, text=True, check=False
    )
    if child.returncode:
        raise AssertionError(f"{module} cannot be imported by itself:\n{child.stderr}")
    heavy, reached = json.loads(child.stdout.splitlines()[-1])
    return heavy, reached
