"""PyTorch's side of a peer of bench/peers.ts."""

import sys
import time


def _peak():
    with open("/proc/self/status") as status:
        return next(line.split()[1] for line in status if line.startswith("VmHWM"))


def answer(ready, work):
    """Says `ready`, then does the work for each line "step", and answers with its milliseconds, those of the clock and those of the
    processor, and what the work gave; for "memory" with the process's peak in kB. Ends with its input."""
    print(ready, flush=True)
    for line in sys.stdin:
        if line.strip() == "memory":
            print(_peak(), flush=True)
        else:
            start, busy = time.perf_counter(), time.process_time()
            given = work()
            print((time.perf_counter() - start) * 1000, (time.process_time() - busy) * 1000, given, flush=True)
