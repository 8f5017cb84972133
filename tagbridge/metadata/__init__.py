"""Reading and writing the metadata of photographs without touching anything else.

The way of one write: `snapshot` reads the asset once, a container module (`jpeg`, `png`, `webp`)
finds its blocks, `packet` and `iim` read them, `plan` decides (a pure function), `embed` or
`sidecar` makes the new bytes, `replace` has them written (`part`), checked (`verify`) and put in
place (`placing`). Only `replace` changes a file of the user; `temporary` removes what a crash left.
"""
