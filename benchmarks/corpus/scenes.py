"""Pictures that compress and decode as photographs do: shapes, texture and a little sensor noise.

Natural pictures have a spectrum that falls with the frequency; white noise would make the entropy
decoder work several times longer than any photo does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
_Field = npt.NDArray[np.float32]

_SHAPES = 12
_NOISE = 1.2  # standard deviation, of 255: a camera at a low sensitivity


def scene(seed: int, width: int, height: int) -> Pixels:
    """Return a picture in RGB that repeats itself seamlessly, the same for the same seed."""
    rng = np.random.default_rng(seed)
    shapes = _field(rng, width, height, steepness=1.9)
    light = _field(rng, width, height, steepness=1.6)
    texture = _field(rng, width, height, steepness=0.8)
    colours = rng.normal(115.0, 45.0, (_SHAPES, 3)).clip(30.0, 215.0).astype(np.float32)
    rough = rng.uniform(0.0, 14.0, _SHAPES).astype(np.float32)
    which = np.digitize(shapes, np.linspace(-1.2, 1.2, _SHAPES - 1))
    brightness = 18.0 * light + rough[which] * texture
    noise = rng.standard_normal((height, width), dtype=np.float32) * _NOISE
    picture = colours[which] + (brightness + noise)[..., None]
    pixels: Pixels = np.clip(picture, 0.0, 255.0).astype(np.uint8)
    return pixels


def view(scenery: Pixels, number: int, width: int, height: int) -> Image.Image:
    """Return a part of a scene, another for every number."""
    rng = np.random.default_rng(number)
    down, right = (int(rng.integers(0, side)) for side in scenery.shape[:2])
    rows = np.arange(down, down + height) % scenery.shape[0]
    columns = np.arange(right, right + width) % scenery.shape[1]
    part = scenery[rows][:, columns]
    return Image.fromarray(part[:, ::-1] if number % 2 else part)


def _field(rng: np.random.Generator, width: int, height: int, *, steepness: float) -> _Field:
    """Return a random field of mean 0 and deviation 1 whose spectrum falls with the frequency."""
    spectrum = np.fft.rfft2(rng.standard_normal((height, width), dtype=np.float32))
    vertical = np.fft.fftfreq(height).astype(np.float32)[:, None]
    horizontal = np.fft.rfftfreq(width).astype(np.float32)[None, :]
    distance = np.hypot(vertical * height, horizontal * width)
    distance[0, 0] = np.inf
    field = np.fft.irfft2(spectrum / distance**steepness, s=(height, width)).astype(np.float32)
    scaled: _Field = (field - field.mean()) / field.std()
    return scaled
