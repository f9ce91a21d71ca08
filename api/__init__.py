"""Every door: HTTP, pages, terminal. The composition root starts here."""

import os

# The matrices of a diagnosis are small: threads of the linear algebra library would spin against each other (60 times
# slower on a busy machine with two cores). Has to be set before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
