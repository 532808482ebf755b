"""Arrays and the way stages tell how far they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Progress = Callable[[int, int], None]
"""Called with (done, total) by a stage that takes long."""
