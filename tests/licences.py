"""Lists the licence of every package that we build upon: `python -m tests.licences` writes docs/licences.md."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/licences.md"

HEAD = """# Licences

DeepDog is under the MIT licence. What it builds upon, as the lock files pin it; `python -m tests.licences` writes this page, and a test
holds it to the locks. Nothing that we run or ship is under a licence that asks us to open more than its own source; psycopg (LGPL) is used as it is,
as a library that anybody can replace.
"""

SPELLINGS = {
    "apache": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "freebsd": "BSD-2-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}
"""What packages without an SPDX expression write instead, and what stands for it."""

STATED = {"exit": "MIT", "namex": "Apache-2.0", "promql-parser": "MIT"}
"""What their sources say, where the package's own metadata says nothing."""

FREE = re.compile(
    r"(MIT(-0|-CMU)?|Apache-2\.0|BSD-[23]-Clause|0BSD|ISC|Zlib|Unlicense|CC0-1\.0|CC-BY-4\.0|BlueOak-1\.0\.0"
    r"|PSF-2\.0|Python-2\.0|CNRI-Python|OFL-1\.1|Public Domain"
    r"|MPL-2\.0|LGPL-3\.0-only)"
)
"""Licences that we may build upon. In an expression with OR, one of them is enough."""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


def page() -> str:
    """Return docs/licences.md."""
    backend = python_packages(ROOT / "backend/requirements.lock")
    tests = python_packages(ROOT / "tests/requirements.lock")
    shipped, tools = npm_packages(dev=False), npm_packages(dev=True)
    return "\n".join(
        (
            HEAD,
            _section("Server (Python)", backend),
            _section("Training and tests (Python), beyond the server's", _without(tests, backend)),
            _section("App (npm)", shipped),
            _section("Building and testing the app (npm), beyond the app's", _without(tools, shipped)),
        )
    )


def python_packages(lock: Path) -> dict[str, str]:
    """Return licence by name of what a lock installs on every platform."""
    pinned = re.findall(r"^([\w.-]+)==[^ ;\\]+ *(;[^\\]*)?", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: _python_licence(name) for name, marker in pinned if "platform" not in marker}


def listed() -> dict[str, str]:
    """Return licence by name as docs/licences.md has them."""
    rows = re.findall(r"^\| (.*?) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: licence for licence, names in rows if licence != "licence" for name in names.split(", ")}


def npm_packages(*, dev: bool) -> dict[str, str]:
    """Return licence by name of what the app's lock pins for the app itself or for its development."""
    packages = json.loads((ROOT / "app/package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = {}
    for path, entry in packages.items():
        name = path.rpartition("node_modules/")[2]
        if path and bool(entry.get("dev")) is dev and not entry.get("optional"):
            found[name] = STATED.get(name) or str(entry.get("license", "unknown")).strip("()")
    return found


def unfree(licences: dict[str, str]) -> dict[str, str]:
    """Return the packages whose licences we may not build upon."""

    def is_free(expression: str) -> bool:
        return any(
            all(FREE.fullmatch(term.strip("() ")) for term in choice.split(" AND "))
            for choice in expression.split(" OR ")
        )

    return {name: licence for name, licence in licences.items() if not is_free(licence)}


def _python_licence(name: str) -> str:
    if name in STATED:
        return STATED[name]
    about = metadata.metadata(name)
    if expression := about.get_all("License-Expression"):
        return str(expression[0])
    classifiers = [
        classifier.rpartition(" :: ")[2]
        for classifier in about.get_all("Classifier") or []
        if classifier.startswith("License :: ") and "DFSG" not in classifier
    ]
    words = classifiers or [str((about.get_all("License") or ["unknown"])[0]).splitlines()[0]]
    return " OR ".join(sorted({_spdx(word) for word in words}))


def _spdx(words: str) -> str:
    low = words.lower()
    if low in SPELLINGS:
        return SPELLINGS[low]
    if re.search(r"\b2-clause", low):
        return "BSD-2-Clause"
    beginnings = (spdx for start, spdx in SPELLINGS.items() if low.startswith(start) or f" {start}" in low)
    return words if FREE.search(words) else next(beginnings, words)


def _without(packages: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    return {name: licence for name, licence in packages.items() if name not in others}


def _section(title: str, packages: dict[str, str]) -> str:
    return "\n".join(
        (f"## {title}: {len(packages)}\n", "| licence | packages |", "|---|---|", *_rows(packages), "")
    )


def _rows(packages: dict[str, str]) -> Iterator[str]:
    names = defaultdict(list)
    for name, licence in packages.items():
        names[licence].append(name)
    for licence, those in sorted(names.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        yield f"| {licence} | {', '.join(sorted(those))} |"


if __name__ == "__main__":
    main()
