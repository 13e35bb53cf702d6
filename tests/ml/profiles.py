"""A colour profile that nobody can overlook: what a photo calls red is blue."""

from PIL import ImageCms


def red_and_blue_swapped() -> bytes:
    """Return sRGB's ICC profile with the red and the blue primary in each other's place."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return srgb.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
