#!/bin/sh
# Renews requirements/*.txt from pyproject.toml, with hashes and without any registry's address.
set -eu
lock() { .venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet "$@"; }
lock --output-file requirements/runtime.txt
lock --group dev --constraints requirements/runtime.txt --output-file requirements/dev.txt
lock --group dev --group bench --constraints requirements/dev.txt --output-file requirements/bench.txt
lock --group dev --extra sentence-transformers --constraints requirements/dev.txt --output-file requirements/extras.txt
