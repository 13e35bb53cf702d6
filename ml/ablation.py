"""What may be changed about DeepDog, one thing at a time, to see what each choice of 2017 is worth."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Activation = Literal["elu", "relu", "relu6", "selu", "prelu"]


@dataclass(frozen=True)
class Ablation:
    """DeepDog's choices; the defaults are those of 2017."""

    activation: Activation = "elu"
    """ELU (Clevert et al. 2015); ReLU, or ReLU6 as in MobileNet; SELU (Klambauer et al. 2017); PReLU with a slope a channel (He et al. 2015)."""
    activation_first: bool = False
    """Activation, then batch norm. Its additive part cannot be folded into a convolution that pads with zeros, so it stays in the file as an addition."""
    norm_between: bool = False
    """Batch norm between depthwise and pointwise convolution too, as in MobileNet. It is folded, so the file is no slower."""

    def __str__(self) -> str:
        """Return what differs from 2017, such as `relu6, activation first`; nothing where nothing does."""
        return ", ".join(self._changes())

    def _changes(self) -> Iterator[str]:
        if self.activation != "elu":
            yield self.activation
        if self.activation_first:
            yield "activation first"
        if self.norm_between:
            yield "norm between"


AS_IN_2017 = Ablation()
