"""Reading and writing the metadata of photographs without touching anything else.

The way of one write: `snapshot` reads the asset once, a container module (`jpeg`, `png`, `webp`)
finds its blocks, `packet` and `iim` read them, `plan` decides (a pure function), `embed` or
`sidecar` makes the new bytes, `replace` puts them in place of the old file, verified. Only
`replace` changes anything on disk.
"""
