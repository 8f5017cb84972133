"""What Everypixel says of a picture, in the form that each of its endpoints has."""

from __future__ import annotations

from tests.servers.pictures import size_of
from tests.servers.words import boxes, chance, ranked, spoken

SERVICE = "v1"  # what the first keyword begins with


def keywords(digest: str, _picture: bytes, options: dict[str, float]) -> object:
    """Return the keywords, best first, and the colours if they are wanted."""
    rows = ranked(SERVICE, digest)
    kept = [(word, score) for word, score in rows if score >= options["threshold"]]
    told = [{"keyword": w, "score": s} for w, s in kept[: int(options["num_keywords"])]]
    answer: dict[str, object] = {"keywords": told, "status": "ok"}
    if options["colors"] in {0, 2}:  # `true` and `1`
        answer["colors"] = colors(digest, int(options["num_colors"]))
    return answer


def colors(digest: str, count: int) -> list[dict[str, object]]:
    """Return colours with their shares in percent, the largest first."""
    drawn = chance(SERVICE, f"colors {digest}")
    shares = sorted((drawn.random() for _ in range(count)), reverse=True)
    found = []
    for place, share in enumerate(shares):
        rgb = [drawn.randrange(256) for _ in range(3)]
        percentage = round(100 * share / sum(shares), 2)
        code = "#{:02x}{:02x}{:02x}".format(*rgb)
        found.append({"name": f"Shade {place}", "rgb": rgb, "hex": code, "percentage": percentage})
    return found


def faces(digest: str, picture: bytes, _options: dict[str, float]) -> object:
    """Return up to three faces, their boxes in pixels of the picture."""
    drawn = chance(SERVICE, f"faces {digest}")
    width, height = size_of(picture)
    found = []
    for x, y, w, h in boxes(drawn, drawn.randint(0, 3)):
        age = round(drawn.uniform(1, 90), 2)
        found.append(
            {
                "bbox": [x * width, y * height, (x + w) * width, (y + h) * height],
                "score": round(drawn.uniform(0.5, 1), 4),
                "age": age,
                "class": f"Age - {age:.0f}",
            }
        )
    return {"faces": found, "status": "ok"}


def quality(digest: str, _picture: bytes, _options: dict[str, float]) -> object:
    """Return how good the picture is as a stock photo."""
    score = round(chance(SERVICE, f"quality {digest}").random(), 4)
    return {"quality": {"score": score}, "status": "ok"}


def quality_ugc(digest: str, _picture: bytes, _options: dict[str, float]) -> object:
    """Return how good the picture is as a snapshot, with its class from 1 to 5."""
    score = round(chance(SERVICE, f"ugc {digest}").random(), 4)
    return {"quality": {"score": score, "class": 1 + int(score * 4.99)}, "status": "ok"}


def caption(digest: str, _picture: bytes, _options: dict[str, float]) -> object:
    """Return a sentence; the status of this endpoint is a boolean."""
    words = [word for word, _ in ranked(SERVICE, digest)[1:4]]
    told = f"{spoken(SERVICE, digest)}: a picture of {', '.join(words)}"
    return {"status": True, "result": {"caption": told}}
