"""Run the command line by `python -m tagbridge`."""

from tagbridge.cli import main

main(prog_name="tagbridge")
