#!/bin/sh
# Elasticsearch 8.19: contract, congruence and snapshots over a real server of that version, with a client of the same major version, in
# an environment of its own.
set -eu
sh ops/side_environment.sh elastic8 "Elasticsearch 8 的客户端"
# Schemathesis, not used here, compiles a module when all is over; Python 3.11 failed at that twice after all had passed.
.venv-elastic8/bin/python -m pytest -p no:schemathesis tests/elasticsearch/test_contract.py \
  tests/elasticsearch/test_congruence.py tests/elasticsearch/test_snapshots.py tests/elasticsearch/another_major.py
