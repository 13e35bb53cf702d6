"""Labels: which of them mean the same class, however they are spelt and in whatever script."""

import unicodedata


def spelling(label: str) -> str:
    """Return what labels that mean the same share, such as `Hot dog`, `hot_dog` and `hotdog`; of one without letters, such as an emoji, itself."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    # Marks too: many scripts write vowels by them.
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN") or label
