"""Which BLAS library matrix products go through. It decides much of a library's speed, so results say it."""
import re

import numpy as np

REFERENCE = "reference BLAS"


def name():
    """Its name, as far as Linux tells which libraries a process has loaded."""
    np.ones((8, 8), "f4") @ np.ones((8, 8), "f4")
    try:
        with open("/proc/self/maps") as maps:
            files = " ".join(line.split()[-1] for line in maps)
    except OSError:
        return "unknown BLAS"
    if fast := re.search("openblas|mkl_core|blis|atlas", files, re.IGNORECASE):
        return fast[0].lower()
    return REFERENCE if "libblas.so" in files else "unknown BLAS"
