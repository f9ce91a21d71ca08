"""How good it is: cases, scorers, simulator, benchmarks, and scripted doubles of other people's servers."""

import os

# As in `api`: measured with the same setting the product runs with.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
