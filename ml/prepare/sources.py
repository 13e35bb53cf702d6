"""Where photos come from: class folders, Food-101, Open Images, COCO, and folders with a list of their own."""

import csv
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from ml.dataset import LIST_NAMES, Split
from ml.detect.boxes import read_boxes
from ml.files import open_list

PICTURE_SUFFIXES = {
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".avif",
    ".bmp",
    ".gif",
    ".tif",
    ".tiff",
    ".heic",  # which no one reads here, so that it is said of each that it is left out
    ".heif",
}
SPLIT_NAMES: Mapping[str, Split] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
}
NO_OBJECT = "no_object"
"""Subclass of a picture in whose annotations nothing is named."""


class SourceError(ValueError):
    """The path is no source of photos; the message says what is missing."""


@dataclass(frozen=True)
class Box:
    """A labelled rectangle, in fractions of the picture's width and height."""

    label: str
    x0: float
    y0: float
    x1: float
    y1: float
    crowd: bool = field(default=False, kw_only=True)
    """It surrounds several that were not told apart: COCO's iscrowd, Open Images' IsGroupOf."""


@dataclass(frozen=True)
class Photo:
    """A picture of a source, and what the source says of it."""

    path: Path
    labels: tuple[str, ...]
    """All that it shows, as the source calls it; the first stands for it where none is the class looked for."""
    source: str
    subclass: str | None = None
    split: Split | None = None
    """The source's own."""
    boxes: tuple[Box, ...] = field(default=())


def read_source(path: Path) -> list[Photo]:
    """Return the photos of a source, in a fixed order.

    Args:
        path: a folder in one of the layouts of `LAYOUTS`, or a COCO .json or Open Images .csv whose pictures lie beside it, or beside its folder annotations/.

    Raises:
        SourceError: it is none of these, lists pictures that are not there or of which it cannot be told which they are, or lacks what it should say.
        ListError: a list of it is no CSV in UTF-8.
    """
    if not path.exists():
        raise SourceError(f"{path} does not exist")
    for layout in LAYOUTS:
        photos = layout(path)
        if photos is not None:
            if not photos:
                raise SourceError(f"{path} lists no pictures")
            return photos
    raise SourceError(
        f"{path} is no source of photos: it has neither class folders with pictures, nor dataset.csv, nor images/ and meta/ (Food-101), "
        "nor annotations of COCO (.json) or Open Images (.csv)"
    )


def _listed(path: Path) -> list[Photo] | None:
    """A folder with dataset.csv or SOURCES.csv: what `deepdog prepare`, `deepdog sample` and `flask export-feedback` write."""
    lists = [path / name for name in LIST_NAMES if (path / name).is_file()]
    if not lists:
        return None
    photos = []
    boxes = _listed_boxes(path / "boxes.csv")
    with open_list(lists[0]) as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if not row.get("file") or not row.get("class"):
                raise SourceError(f"{lists[0]}, line {number}: the columns file and class must be filled")
            photos.append(
                Photo(
                    _inside(path, row["file"], f"{lists[0]}, line {number}"),
                    (row["class"],),
                    row.get("source") or row.get("source_repo") or path.resolve().name,
                    row.get("subclass") or None,
                    SPLIT_NAMES.get(row.get("split") or ""),
                    boxes.get(row["file"], ()),
                )
            )
    return photos


def _listed_boxes(path: Path) -> dict[str, tuple[Box, ...]]:
    """Return the boxes by file, where a folder with a list has a list of boxes too."""
    if not path.is_file():
        return {}
    boxes: dict[str, tuple[Box, ...]] = {}
    for boxed in read_boxes(path):
        flagged = zip(boxed.boxes.tolist(), boxed.crowd.tolist(), strict=True)
        boxes[boxed.file] = boxes.get(boxed.file, ()) + tuple(
            Box(boxed.label, *edges, crowd=crowd) for edges, crowd in flagged
        )
    return boxes


def _food101(path: Path) -> list[Photo] | None:
    """Bossard et al. 2014: images/<class>/<number>.jpg, and meta/train.txt and test.txt, which name them without suffix."""
    if not (path / "images").is_dir() or not (path / "meta").is_dir():
        return None
    split_of: dict[str, Split] = {}
    for name in ("train", "test"):
        listed = path / "meta" / f"{name}.txt"
        if listed.is_file():
            split_of |= dict.fromkeys(listed.read_text(encoding="utf-8").split(), SPLIT_NAMES[name])
    return [
        Photo(
            picture,
            (picture.parent.name,),
            path.resolve().name,
            split=split_of.get(f"{picture.parent.name}/{picture.stem}"),
        )
        for picture in _pictures(path / "images")
        if picture.parent.parent == path / "images"
    ]


def _coco(path: Path) -> list[Photo] | None:
    """Lin et al. 2014: JSON documents of images, annotations and categories, pictures by file name; several may name a picture, each for what it looked for."""
    documents = [
        (file, document)
        for file in _files(path, ".json")
        if {"images", "annotations", "categories"} <= (document := _json(file)).keys()
    ]
    if not documents:
        return None
    pictures = _by_name(_folder_of_pictures(path))
    photos: list[Photo] = []
    for file, document in documents:
        try:
            photos += _coco_photos(file, document, pictures)
        except SourceError:
            raise
        except KeyError as error:
            raise SourceError(
                f"{file} is no whole document of COCO: it lacks {error} where it is needed"
            ) from error
        except (TypeError, ValueError, ZeroDivisionError) as error:
            raise SourceError(
                f"{file}: width and height of its images must be numbers above 0, area a number, and bbox four; {error}"
            ) from error
    return sorted(photos, key=lambda photo: photo.path)


def _coco_photos(
    file: Path, document: Mapping[str, Any], pictures: Mapping[str, Sequence[Path]]
) -> Iterator[Photo]:
    names = {category["id"]: category["name"] for category in document["categories"]}
    annotations: dict[int, list[Any]] = {}
    for annotation in document["annotations"]:
        # Panoptic documents (Kirillov et al. 2019) list a picture's segments together.
        found = annotation.get("segments_info", [annotation])
        annotations.setdefault(annotation["image_id"], []).extend(found)
    listed = Counter(name.name for name in {Path(image["file_name"]) for image in document["images"]})
    for image in document["images"]:
        name = Path(image["file_name"])
        picture = _at_hand(name, pictures.get(name.name, ()), listed[name.name] == 1, file)
        if picture is None:
            continue  # a part of COCO is often at hand without the rest
        largest_first = sorted(annotations.get(image["id"], []), key=lambda a: -a.get("area", 0))
        labels = tuple(dict.fromkeys(names[a["category_id"]] for a in largest_first)) or (NO_OBJECT,)
        boxes = tuple(
            _coco_box(names[a["category_id"]], a, image["width"], image["height"])
            for a in largest_first
            if "bbox" in a
        )
        yield Photo(picture, labels, file.stem, boxes=boxes)


def _at_hand(name: Path, same_name: Sequence[Path], only: bool, file: Path) -> Path | None:
    """Return the picture that a document means, None where it is not at hand.

    Args:
        name: what the document calls it, with folders or without.
        same_name: the pictures at hand of that base name.
        only: whether the document lists no other of that base name, so that its folders may be called otherwise here.
        file: the document.

    Raises:
        SourceError: it may be one or the other.
    """
    below = [picture for picture in same_name if picture.parts[-len(name.parts) :] == name.parts]
    # By what they are: a folder is often linked to under a second name.
    found = list({picture.resolve(): picture for picture in below or (same_name if only else ())}.values())
    if len(found) > 1:
        raise SourceError(
            f"{file} lists {name}, which may be {found[0]} or {found[1]}; say the folder in its file_name, or move one of the two elsewhere"
        )
    return found[0] if found else None


def _coco_box(label: str, annotation: Mapping[str, Any], width: int, height: int) -> Box:
    x, y, w, h = annotation["bbox"]
    crowd = bool(annotation.get("iscrowd"))
    return Box(label, x / width, y / height, (x + w) / width, (y + h) / height, crowd=crowd)


def _open_images(path: Path) -> list[Photo] | None:
    """Kuznetsova et al. 2020: rows of ImageID, LabelName and Confidence, with boxes or without, and class-descriptions.csv; pictures <ImageID>.jpg."""
    tables = [file for file in _files(path, ".csv") if {"ImageID", "LabelName"} <= set(_header(file))]
    if not tables:
        return None
    folder = _folder_of_pictures(path)
    names = _open_images_names(folder)
    labels: dict[str, dict[str, None]] = {}
    boxes: dict[str, list[Box]] = {}
    for table in tables:
        with open_list(table) as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                label = names.get(row["LabelName"], row["LabelName"])
                of_image = labels.setdefault(row["ImageID"], {})
                try:
                    # 0 says that a person looked and it is not there.
                    if float(row.get("Confidence") or 1) < 0.5:
                        continue
                    of_image[label] = None
                    if "XMin" in row:
                        corners = (float(row[k]) for k in ("XMin", "YMin", "XMax", "YMax"))
                        crowd = row.get("IsGroupOf") == "1"
                        boxes.setdefault(row["ImageID"], []).append(Box(label, *corners, crowd=crowd))
                except (TypeError, ValueError) as error:
                    raise SourceError(
                        f"{table}, line {number}: Confidence, XMin, XMax, YMin and YMax must be numbers"
                    ) from error
    at = {picture.stem: picture for picture in _pictures(folder)}
    return [
        Photo(
            at[image],
            tuple(found) or (NO_OBJECT,),
            folder.resolve().name,
            boxes=tuple(boxes.get(image, ())),
        )
        for image, found in sorted(labels.items())
        if image in at
    ]


def _open_images_names(folder: Path) -> dict[str, str]:
    for file in sorted(folder.rglob("*class-descriptions*.csv")):
        with open_list(file) as lines:
            return {row[0]: row[1] for row in csv.reader(lines) if len(row) > 1}
    raise SourceError(
        f"{folder} has Open Images annotations but no class-descriptions.csv, which says what labels such as /m/01b9xk mean"
    )


def _class_folders(path: Path) -> list[Photo] | None:
    """<class>/picture, <class>/<subclass>/picture, or these below train/, val/ and test/."""
    if not path.is_dir():
        return None
    photos = []
    for picture in _pictures(path):
        *folders, _ = picture.relative_to(path).parts
        split = SPLIT_NAMES.get(folders[0].lower()) if folders else None
        if split:
            folders = folders[1:]
        if folders:
            subclass = "/".join(folders[1:]) or None
            photos.append(Photo(picture, (folders[0],), path.resolve().name, subclass, split))
    return photos or None


LAYOUTS: tuple[Callable[[Path], list[Photo] | None], ...] = (
    _listed,
    _food101,
    _coco,
    _open_images,
    _class_folders,
)
"""Each returns the photos of a source that it recognises, and None of any other; tried in this order."""


def _pictures(folder: Path) -> list[Path]:
    return sorted(_walk(folder, PICTURE_SUFFIXES))


def _walk(folder: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [
            name for name in folders if not name.startswith(".") and not _leads_back(Path(root, name))
        ]
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes:
                yield Path(root, name)


def _leads_back(folder: Path) -> bool:
    """Whether a folder is one of those that it lies in, by a link that would be followed for ever. One that is linked to from two classes is followed twice."""
    return any(folder.samefile(parent) for parent in folder.parents)


def _by_name(folder: Path) -> defaultdict[str, list[Path]]:
    named = defaultdict(list)
    for picture in _pictures(folder):
        named[picture.name].append(picture)
    return named


def _folder_of_pictures(path: Path) -> Path:
    """Return the folder below which annotations have their pictures: theirs, or the one around it where theirs is annotations/."""
    folder = (path if path.is_dir() else path.parent).absolute()
    return folder.parent if folder.name == "annotations" else folder


def _files(path: Path, suffix: str) -> list[Path]:
    """Return the file itself, or those of a folder and of its annotations/."""
    if path.is_file():
        return [path] if path.suffix == suffix else []
    return sorted(file for where in (path, path / "annotations") for file in where.glob(f"*{suffix}"))


def _json(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except ValueError as error:
        raise SourceError(f"{file} is not JSON: {error}") from error
    return document if isinstance(document, dict) else {}


def _header(file: Path) -> list[str]:
    with open_list(file) as lines:
        return next(csv.reader(lines), [])


def _inside(folder: Path, name: str, where: str) -> Path:
    """Return the path of a listed file, which must not lead out of the folder."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise SourceError(f"{where}: {name!r} lies outside {folder}")
    return folder / name


assert set(SPLIT_NAMES.values()) == set(get_args(Split))
