"""Makes a stranger's photo safe to keep: decoded under limits and encoded anew, so that nothing but its pixels is left."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from backend.errors import InvalidInputError, TooLargeError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

MAX_PHOTO_BYTES = 2 * 1000 * 1000
MAX_SIDE_PIXELS = 4096
MAX_SCANS = 40
"""A progressive JPEG repeats its picture in scans, about ten as a rule. Thousands of empty ones would cost minutes to decode."""
JPEG_QUALITY = 92

_START_OF_SCAN = b"\xff\xda"


@dataclass(frozen=True)
class CleanPhoto:
    """A baseline sRGB JPEG, upright and without metadata."""

    data: bytes
    width: int
    height: int
    difference_hash: str
    """See backend/near_duplicates.py."""

    @cached_property
    def sha256(self) -> str:
        """The hash that names it in the store."""
        return hashlib.sha256(self.data).hexdigest()


def clean_photo(upload: bytes) -> CleanPhoto:
    """Decode and encode again.

    Raises:
        TooLargeError: more than MAX_PHOTO_BYTES.
        InvalidInputError: no JPEG, a damaged one, or one with too many pixels.
    """
    # Pillow and NumPy take a tenth of a second to import, which every `flask` command would pay.
    import simplejpeg
    from PIL import Image, UnidentifiedImageError

    from backend.near_duplicates import difference_hash
    from ml.pixels import PhotoError

    if len(upload) > MAX_PHOTO_BYTES:
        raise TooLargeError(f"photo: at most {MAX_PHOTO_BYTES // 1_000_000} MB are accepted.", "photo")
    if upload.count(_START_OF_SCAN) > MAX_SCANS:
        raise InvalidInputError(f"photo: more than {MAX_SCANS} scans.", "photo")
    try:
        picture = Image.open(io.BytesIO(upload), formats=["JPEG"])
        _check_size(*picture.size)
        pixels = _upright_pixels(picture, upload)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise InvalidInputError("photo: this is not a JPEG.", "photo") from error
    except (PhotoError, OSError, SyntaxError, ValueError) as error:
        raise InvalidInputError("photo: this JPEG is damaged.", "photo") from error
    encoded = simplejpeg.encode_jpeg(pixels, JPEG_QUALITY, colorsubsampling="420")
    height, width, _ = pixels.shape
    return CleanPhoto(encoded, width, height, difference_hash(pixels))


def _upright_pixels(picture: "Image.Image", upload: bytes) -> "npt.NDArray[np.uint8]":
    """Decode to uint8 sRGB (H, W, 3), by one call where Pillow makes many, each of which waits for its turn among the threads.

    What has to be turned or converted is left to Pillow, and what libjpeg so much as warns of is Pillow's to judge.
    """
    import numpy as np
    import simplejpeg
    from PIL import ExifTags

    from ml.pixels import decode

    plain = picture.mode == "RGB" and "icc_profile" not in picture.info
    lies_right = picture.getexif().get(ExifTags.Base.Orientation, 1) == 1
    # Pillow knows it now. Whatever it turns it would else give its EXIF again, and not everything that can be read can be written.
    picture.info.pop("exif", None)
    if plain and lies_right:
        try:
            height, width, *_ = simplejpeg.decode_jpeg_header(upload)
            if (width, height) == picture.size:
                decoded: npt.NDArray[np.uint8] = simplejpeg.decode_jpeg(upload)
                return decoded
        except ValueError:
            pass
    return np.asarray(decode(picture))


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> InvalidInputError:
    return InvalidInputError(f"photo: at most {MAX_SIDE_PIXELS} pixels a side are accepted.", "photo")
