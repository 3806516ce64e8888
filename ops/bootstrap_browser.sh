#!/bin/sh
# A Chromium and a Chinese font for the browser tests: the first of a setting, the PATH, Playwright's own, Debian's package.
set -eu
[ -n "${PIFA_CHROMIUM:-}" ] && [ -x "$PIFA_CHROMIUM" ] && exit 0
if command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; then
  fc-list :lang=zh 2>/dev/null | grep -q . && exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "安装浏览器和中文字体（chromium fonts-noto-cjk）"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null && exit 0
fi
.venv/bin/playwright install chromium && exit 0
echo "pifa: 没有 Chromium：浏览器测试会被跳过；请安装 chromium 或设置 PIFA_CHROMIUM / no Chromium: browser tests are skipped" >&2
