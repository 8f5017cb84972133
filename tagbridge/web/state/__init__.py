"""The pages on how tagbridge fares."""

from tagbridge.web.state.routes import routes

__all__ = ["routes"]
