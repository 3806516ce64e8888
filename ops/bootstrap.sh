#!/bin/sh
# Makes the locked environment in .venv: `ops/bootstrap.sh runtime|dev|bench`. Safe to run again; does nothing when up to date.
set -eu
kind=${1:-runtime}
stamp=.venv/.installed-$kind
[ -f "$stamp" ] && [ "$stamp" -nt "requirements/$kind.txt" ] && [ "$stamp" -nt pyproject.toml ] && exit 0

python=""
for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
  if command -v "$candidate" >/dev/null 2>&1 &&
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "pifa: 需要 Python 3.11 或更新版本（可用 PYTHON=路径 指定） / Python 3.11 or newer is needed (set PYTHON=path)" >&2
  exit 1
fi
needed_mb=2000 # the environment takes 1.3 GB, the demo home 0.4 GB
free_mb=$(df -Pm . | awk 'NR==2 {print $4}')
if [ "$free_mb" -lt "$needed_mb" ]; then
  echo "pifa: 磁盘空间不足：需要 ${needed_mb} MB，只剩 ${free_mb} MB / not enough disk space" >&2
  exit 1
fi
if [ ! -x .venv/bin/python ]; then
  echo "[1/3] 建立环境 .venv（$("$python" --version)）"
  "$python" -m venv .venv || { echo "pifa: 无法建立 .venv；Debian 上请安装 python3-venv / cannot make .venv" >&2; exit 1; }
fi
echo "[2/3] 安装锁定的依赖（requirements/$kind.txt）"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
# Compiled once, here: where PYTHONDONTWRITEBYTECODE is set every process would do it again, seconds each time.
.venv/bin/uv pip install --compile-bytecode --python .venv/bin/python --require-hashes -r "requirements/$kind.txt"
echo "[3/3] 安装 pifa"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --editable .
touch "$stamp"
