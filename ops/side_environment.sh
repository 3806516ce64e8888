#!/bin/sh
# `ops/side_environment.sh NAME WHAT`: makes the locked environment .venv-NAME of requirements/NAME.txt beside .venv, for what
# cannot live in it. Safe to run again; does nothing when up to date.
set -eu
name=$1
sh ops/bootstrap.sh dev
stamp=.venv-$name/.installed
[ -f "$stamp" ] && [ ! "requirements/$name.txt" -nt "$stamp" ] && exit 0
echo "建立环境 .venv-$name（$2）"
.venv/bin/uv venv --quiet --clear --python .venv/bin/python ".venv-$name"
.venv/bin/uv pip install --quiet --python ".venv-$name/bin/python" --require-hashes -r "requirements/$name.txt"
.venv/bin/uv pip install --quiet --python ".venv-$name/bin/python" --no-deps --editable .
touch "$stamp"
