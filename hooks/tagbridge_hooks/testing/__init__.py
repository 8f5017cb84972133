"""The test kit for plugin authors; see hooks/README.md."""

from tagbridge_hooks.testing.contract import ProviderContract
from tagbridge_hooks.testing.lent import LentContext
from tagbridge_hooks.testing.samples import DAMAGED, SAMPLES

__all__ = ["DAMAGED", "SAMPLES", "LentContext", "ProviderContract"]
