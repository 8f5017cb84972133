"""What can be asked of Everypixel: about which rendition, at which address, with which options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagbridge_hooks import RejectedError

if TYPE_CHECKING:
    from tagbridge_everypixel.settings import EverypixelSettings, ServiceName
    from tagbridge_hooks import Rendition

# "The method successfully works only with video files lasting from 5 to 60 seconds."
VIDEO_SECONDS: Final = (5.0, 60.0)

# The endpoint of the others is named as they are.
_ENDPOINTS: Final = {"captions": "image_captioning"}


def endpoint(service: ServiceName) -> str:
    """Return what follows the address of the whole."""
    return _ENDPOINTS.get(service, service)


def chosen_for(rendition: Rendition, settings: EverypixelSettings) -> tuple[ServiceName, ...]:
    """Return which of the chosen services a rendition is for.

    Raises:
        RejectedError: None of them; or it is a video that is too short or too long.
    """
    is_video = rendition.media_type.startswith("video/")
    chosen = tuple(s for s in settings.services if (s == "video_keywords") == is_video)
    if not chosen:
        kind = "a video" if is_video else "a picture"
        raise RejectedError(f"everypixel: providers.everypixel.services has none for {kind}")
    shortest, longest = VIDEO_SECONDS
    seconds = rendition.seconds
    if is_video and seconds is not None and not shortest <= seconds <= longest:
        raise RejectedError(
            f"everypixel: a video of {seconds:.1f} s; it takes those of {shortest:g} to "
            f"{longest:g} s"
        )
    return chosen


def form_file(rendition: Rendition) -> tuple[str, bytes, str]:
    """Return name, content and type: without a name a part is no file; the asset's stays here."""
    is_video = rendition.media_type.startswith("video/")
    return "video.mp4" if is_video else "picture.jpg", rendition.data, rendition.media_type


def parameters(service: ServiceName, settings: EverypixelSettings) -> dict[str, str]:
    """Return what goes into the address: the service reads it there, for a POST as well."""
    if service == "captions":
        return {"caption_len": settings.caption_length}
    if service not in ("keywords", "video_keywords"):
        return {}
    options = {"num_keywords": str(settings.num_keywords), "lang": settings.language}
    if settings.threshold is not None:
        options["threshold"] = str(settings.threshold)
    if service == "keywords" and settings.colors:
        options |= {"colors": "true", "num_colors": str(settings.num_colors)}
    return options
