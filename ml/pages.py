"""Self-contained HTML pages: one style sheet, no scripts, no outside resources, readable in light and dark."""

import base64
import io
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from PIL import Image

from ml.pixels import Tensor

TEMPLATES = Path(__file__).with_name("templates")
JPEG_QUALITY = 82

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: Any) -> str:
    """Render a page of `ml/templates`; what is not Markup is escaped."""
    style = Markup(_colours() + (TEMPLATES / "page.css").read_text(encoding="utf-8"))  # noqa: S704  # nosec B704  # ours
    return _environment.get_template(template).render(style=style, **values)


def standalone(plot: Markup) -> str:
    """Return a plot of `ml.charts` as an SVG file of its own, for a document: in a page's colours, light or dark as the reader has it."""
    style = f"{_colours()}svg {{ background: var(--page); font-family: system-ui, sans-serif; }}"
    start = plot.index(">", plot.index("<svg")) + 1
    return f'<?xml version="1.0" encoding="utf-8"?>\n{plot[:start]}<style>\n{style}</style>{plot[start:]}'


def _colours() -> str:
    return (TEMPLATES / "colours.css").read_text(encoding="utf-8")


def picture_uri(pixels: Tensor, *, lossless: bool = False) -> str:
    """Return a picture as a data URI: JPEG, or PNG where each level counts.

    Args:
        pixels: uint8, (H, W, 3) RGB, (H, W, 4) with alpha, or (H, W) grey.
        lossless: whether to encode as PNG; needed for alpha.
    """
    encoded = io.BytesIO()
    picture = Image.fromarray(pixels)
    if lossless:
        picture.save(encoded, "PNG", optimize=True)
    else:
        picture.save(encoded, "JPEG", quality=JPEG_QUALITY, optimize=True)
    kind = "png" if lossless else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(encoded.getvalue()).decode()}"


def percent(share: float | None, digits: int = 1) -> str:
    """Format a share as percent; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def number(value: float | None, digits: int = 3) -> str:
    """Format a number; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


_environment.filters["percent"] = percent
_environment.filters["number"] = number
