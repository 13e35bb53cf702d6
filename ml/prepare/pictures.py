"""One picture of a source becomes one of the dataset: decoded, upright, sRGB, shrunk once, hashed."""

import io
import warnings
from dataclasses import dataclass

import imagehash
import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from ml.pixels import PhotoError, decode

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
"""In a file's first bytes, as in app/src/pixels/heic.ts."""
HASH_SIDE = 16
"""The perceptual hash has 16 x 16 = 256 bits."""
JPEG_QUALITY = 92


@dataclass(frozen=True)
class Rejected:
    """A picture that is of no use."""

    reason: str


@dataclass(frozen=True)
class Prepared:
    """A picture as the dataset holds it, and what tells it from others."""

    jpeg: bytes
    width: int
    height: int
    original_pixels: int
    turned: bool
    """Whether its EXIF said that it lay on its side, so that boxes drawn on it no longer fit."""
    perceptual_hash: str
    """64 hex digits: Zauner 2010 ("Implementation and benchmarking of perceptual image hash functions"), section 3.2.1, by ImageHash."""


def prepare_picture(content: bytes, shorter_side: int, smallest_side: int) -> Prepared | Rejected:
    """Decode, orient and shrink a picture. A JPEG that is already as it should be keeps its bytes, so that preparing twice loses nothing.

    Args:
        content: the file.
        shorter_side: pixels of the result; smaller pictures keep their size.
        smallest_side: pixels below which a picture shows too little.
    """
    try:
        # Beyond 89 million pixels Pillow warns of a decompression bomb; nobody's snack needs so many.
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            opened = Image.open(io.BytesIO(content))
        width, height = opened.size
        if min(width, height) < smallest_side:
            return Rejected(f"too small: {width} x {height} px, fewer than {smallest_side}")
        turned = opened.getexif().get(ExifTags.Base.Orientation, 1) != 1
        kept_as_it_is = _is_plain_jpeg(opened) and min(width, height) <= shorter_side
        # Lets libjpeg skip what shrinking would throw away, while twice the size wanted is left to average over.
        scale = 2 * shorter_side / min(width, height)
        opened.draft("RGB", (round(width * scale), round(height * scale)))
        picture = decode(opened)
    except UnidentifiedImageError:
        if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
            return Rejected("HEIC, which is not read here: save it as JPEG")
        return Rejected("no picture, or of a kind that is not known")
    except Image.DecompressionBombWarning:
        return Rejected(f"too large: more than {Image.MAX_IMAGE_PIXELS} pixels")
    except (PhotoError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return Rejected(f"broken: {_cause(error)}")
    upright = picture if kept_as_it_is else shrunk(picture, shorter_side)
    return Prepared(
        content if kept_as_it_is else jpeg(upright),
        *upright.size,
        width * height,
        turned,
        str(imagehash.phash(upright, hash_size=HASH_SIDE)),
    )


def _is_plain_jpeg(opened: Image.Image) -> bool:
    """Whether a JPEG is RGB, upright, and carries neither colour profile nor EXIF."""
    return (
        opened.format == "JPEG"
        and opened.mode == "RGB"
        and not {"exif", "icc_profile", "comment"} & opened.info.keys()
    )


def shrunk(picture: Image.Image, shorter_side: int) -> Image.Image:
    """Return a picture whose shorter side has that many pixels, or the picture itself where it has no more."""
    scale = shorter_side / min(picture.size)
    if scale >= 1:
        return picture
    width, height = (max(1, round(n * scale)) for n in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def jpeg(picture: Image.Image) -> bytes:
    """Encode an RGB picture, and nothing that it carries beside its pixels."""
    encoded = io.BytesIO()
    # A fresh picture, since Pillow writes a JPEG's comment again.
    Image.fromarray(np.asarray(picture)).save(encoded, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return encoded.getvalue()


def _cause(error: Exception) -> str:
    return str(error.__cause__ or error)
