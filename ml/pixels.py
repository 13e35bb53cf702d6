"""The pixel contract: how a picture becomes the network's input (docs/contracts.md, Image to tensor).

Training, evaluation, export, golden cases and the publisher's gate all come through here; the app holds the other two implementations.
"""

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

Tensor = npt.NDArray[np.uint8]


class Square(NamedTuple):
    """A square part of an upright picture, in pixels."""

    left: int
    top: int
    side: int


class PhotoError(ValueError):
    """The bytes are no picture that can be decoded."""


def centre_square(width: int, height: int) -> Square:
    """Return the largest square in the middle of a picture of `width` x `height` pixels."""
    side = min(width, height)
    return Square((width - side) // 2, (height - side) // 2, side)


def decode(photo: bytes | Path | Image.Image) -> Image.Image:
    """Decode `photo` to an upright 8-bit sRGB picture without alpha (transparent parts become white).

    Raises:
        PhotoError: the bytes are no decodable picture; the message names the file where there is one.
    """
    name = str(photo) if isinstance(photo, Path) else "the photo"
    try:
        picture = photo if isinstance(photo, Image.Image) else Image.open(_source(photo))
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotoError(f"{name} is not a picture that can be read: {error}") from error
    return _without_alpha(_to_srgb(_in_8_bits(_upright(picture))))


def photo_to_tensor(
    photo: bytes | Path | Image.Image, resolution: int, square: Square | tuple[int, int, int] | None = None
) -> Tensor:
    """Turn a picture into the network's input.

    Args:
        photo: encoded bytes, a file, or a picture opened by Pillow.
        resolution: R, the side of the input in pixels.
        square: the part to look at, (left, top, side) in pixels of the upright picture; the centre square when absent.

    Returns:
        uint8 RGB, shape (1, R, R, 3).

    Raises:
        PhotoError: the picture cannot be decoded, or the square lies outside it.
    """
    picture = decode(photo)
    left, top, side = square or centre_square(*picture.size)
    if side < 1 or left < 0 or top < 0 or left + side > picture.width or top + side > picture.height:
        raise PhotoError(
            f"the square {(left, top, side)} lies outside a picture of {picture.width} x {picture.height} pixels"
        )
    # Cropped first: a resampler given a box would look at pixels beyond it.
    cropped = picture.crop((left, top, left + side, top + side))
    doubled = cropped.resize((2 * resolution, 2 * resolution), Image.Resampling.BILINEAR)
    return box_mean(np.asarray(doubled))[np.newaxis]


def box_mean(pixels: Tensor) -> Tensor:
    """Halve a picture by the mean of each 2x2 block, rounded half up.

    Args:
        pixels: uint8, shape (2H, 2W, C).

    Returns:
        uint8, shape (H, W, C).
    """
    height, width, channels = pixels.shape
    blocks = pixels.reshape(height // 2, 2, width // 2, 2, channels).astype(np.uint16)
    mean: Tensor = ((blocks.sum(axis=(1, 3), dtype=np.uint16) + 2) >> 2).astype(np.uint8)
    return mean


def _source(photo: bytes | Path) -> io.BytesIO:
    # Read here, since Pillow leaves a file open that it cannot decode.
    return io.BytesIO(photo if isinstance(photo, bytes) else photo.read_bytes())


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its EXIF says; one that lies right is taken as it is, where Pillow would copy it."""
    lies_right = picture.getexif().get(ExifTags.Base.Orientation, 1) == 1
    return picture if lies_right else ImageOps.exif_transpose(picture)


def _in_8_bits(picture: Image.Image) -> Image.Image:
    """Take the upper 8 bits of a grey picture of 16, as browsers do, where Pillow would make white of all but the darkest; of colours it takes them itself."""
    if not picture.mode.startswith("I;16"):
        return picture
    return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))


def _to_srgb(picture: Image.Image) -> Image.Image:
    """Convert from the picture's own ICC profile, as browsers do; a broken profile is ignored, as browsers do too."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return picture if converted is None else converted


def _without_alpha(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    rgba = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
