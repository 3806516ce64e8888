#!/bin/sh
# Renews requirements/*.txt from pyproject.toml, with hashes and without any registry's address.
set -eu
lock() { .venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet "$@"; }
lock --output-file requirements/runtime.txt
lock --group dev --constraints requirements/runtime.txt --output-file requirements/dev.txt
lock --group dev --group bench --constraints requirements/dev.txt --output-file requirements/bench.txt
lock --group dev --group bench --extra sentence-transformers --extra ray --extra pdf --constraints requirements/bench.txt --output-file requirements/extras.txt
# A server for tests, in an environment of its own.
.venv/bin/uv pip compile --group s3 --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet --output-file requirements/s3.txt
# A client speaks with servers of its own major version alone: all else stays as it is, the client goes back to 8.
sed -n '/^elastic/d; s/^\([a-z0-9].*\) \\$/\1/p' requirements/dev.txt |
  lock --group dev --group elastic8 --constraints - --output-file requirements/elastic8.txt
