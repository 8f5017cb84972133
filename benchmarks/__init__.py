"""Paired measurements of tagbridge against what the disk and the decoder allow, and against peers.

Run by `python -m benchmarks`; README.md says what is measured. Not part of the tests or the wheel.
"""
