"""`python -m bench [NAME ...]`: run the benchmarks, each printing its figures beside a named alternative.

Options behind one name go to that benchmark: `python -m bench scale --cases 1000000 --database postgresql`.
"""

import importlib
import pkgutil
import platform
import sys
from os import cpu_count, getloadavg

import bench


def main(wanted: list[str]) -> None:
    """Run the named benchmarks, or all of them; a benchmark is a module with `main()`."""
    at = next((place for place, word in enumerate(wanted) if word.startswith("--")), len(wanted))
    wanted, options = wanted[:at], wanted[at:]
    names = sorted(
        module.name for module in pkgutil.iter_modules(bench.__path__) if module.name != "__main__"
    )
    print(
        f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}, load {getloadavg()[0]:.1f}"
    )
    for name in wanted or names:
        module = importlib.import_module(f"bench.{name}")
        if hasattr(module, "main"):
            print(f"\n== {name}: {(module.__doc__ or '').splitlines()[0]}")
            module.main(*([options] if options else []))


if __name__ == "__main__":
    main(sys.argv[1:])
