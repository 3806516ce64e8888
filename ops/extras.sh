#!/bin/sh
# What is heavy or rare: the sentence-transformers encoder and Ray, in an environment of their own since torch alone is 5.5 GB.
set -eu
sh ops/side_environment.sh extras "含 torch 与 Ray，约 6 GB"
.venv-extras/bin/python -m pytest --override-ini addopts="-q --strict-markers" --override-ini filterwarnings=default tests/extras
