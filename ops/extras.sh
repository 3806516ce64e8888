#!/bin/sh
# What is heavy: the sentence-transformers encoder, in an environment of its own since it brings torch (5.5 GB).
set -eu
sh ops/bootstrap.sh dev
stamp=.venv-extras/.installed
if [ ! -f "$stamp" ] || [ requirements/extras.txt -nt "$stamp" ]; then
  echo "建立环境 .venv-extras（含 torch，约 5.5 GB）"
  .venv/bin/uv venv --quiet --clear --python .venv/bin/python .venv-extras
  .venv/bin/uv pip install --quiet --python .venv-extras/bin/python --require-hashes -r requirements/extras.txt
  .venv/bin/uv pip install --quiet --python .venv-extras/bin/python --no-deps --editable .
  touch "$stamp"
fi
.venv-extras/bin/python -m pytest --override-ini addopts="-q --strict-markers" --override-ini filterwarnings=default tests/extras
