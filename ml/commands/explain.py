"""`deepdog explain`: see what the network sees in a photo."""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers

SHIPPED = Path("app/assets/model")

_DESCRIPTION = """\
Write one self-contained page for a photo: the score, where in the photo the evidence lies and the box around it, the
network as a strip of blocks, and each layer's most active maps. All of it is read from the model file itself, as rounded
as it ships. The page holds the photo, so keep it where the photo may be seen."""

_EXAMPLES = """\
examples:
  deepdog explain lunch.jpg                                      lunch.html, by the model that ships
  deepdog explain lunch.jpg --model bundle --out why.html        by another
  deepdog explain photos/hotdog/*.jpg --out pages                a page each"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "explain",
        help="see what each layer sees in a photo",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="pictures to explain")
    parser.add_argument(
        "--model", type=Path, default=SHIPPED, help=f"bundle or .tflite file (default: {SHIPPED})"
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="page to write, or a folder for several photos (default: <photo>.html in the current folder)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write a page for each photo.

    Raises:
        ValueError: two photos would have the same page.
        PhotoError: a file is no picture.
    """
    from PIL import Image

    from ml.explain import explain_html
    from ml.files import write_whole
    from ml.model_files import read_model
    from ml.pixels import PhotoError

    photo_of: dict[Path, Path] = {}
    for photo in args.photos:
        page = _page_path(photo, args.out, several=len(args.photos) > 1)
        other = photo_of.setdefault(page, photo)
        if other != photo:
            raise ValueError(
                f"{other} and {photo} would both be explained in {page}; explain them one at a time, with an --out each"
            )
    model = read_model(args.model)
    for page, photo in photo_of.items():
        try:
            opened = Image.open(photo)
        except (OSError, Image.DecompressionBombError) as error:
            raise PhotoError(f"{photo} is not a picture that can be read: {error}") from error
        write_whole(page, explain_html(opened, photo.name, model))
        print(f"{page} shows what {model.name} sees in {photo.name}.")
    return 0


def _page_path(photo: Path, out: Path | None, *, several: bool) -> Path:
    if out is None:
        return Path(photo.stem + ".html")
    return out / f"{photo.stem}.html" if several or out.suffix != ".html" else out
