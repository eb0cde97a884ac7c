"""``python -m config.local run``: what ``make run`` does."""

from __future__ import annotations

import argparse
import sys

from config.local.run import run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m config.local", description=__doc__)
    parser.add_argument("what", choices=["run"], help="run: start everything until Ctrl-C")
    parser.parse_args()
    sys.exit(run())
