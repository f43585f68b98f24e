"""Times commands for the benches.

    python3 benches/timed.py NAME COMMAND…

runs a command without a word, and prints NAME, its wall time and its processor time in seconds, its highest resident
memory in KiB, and its exit code. `best` puts such lines together.
"""

import os
import subprocess
import sys
import time


def timed(name, command):
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall, code = time.monotonic() - start, os.waitstatus_to_exitcode(status)
    return f"{name} {wall:.3f} {usage.ru_utime + usage.ru_stime:.3f} {usage.ru_maxrss} {code}"


def best(lines, must_hold):
    """Of each name: its least wall time, its least processor time, its highest memory. What should exit with 0, and
    does not, is told: then it was not the work that was to be timed."""
    found = {}
    for line in lines:
        name, wall, cpu, peak, code = line.split()
        if name in must_hold and code != "0":
            print(f"{name}: exit code {code}: the fixtures are not what they should be")
        known = found.get(name, (9e9, 9e9, 0))
        found[name] = (min(known[0], float(wall)), min(known[1], float(cpu)), max(known[2], int(peak)))
    return found


if __name__ == "__main__":
    print(timed(sys.argv[1], sys.argv[2:]))
