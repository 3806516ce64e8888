from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_WORKER = """
import sys
from pathlib import Path
from web.metrics import RequestMetrics
metrics = RequestMetrics(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    metrics.observe(method="GET", route="/api/search", status=200, seconds=0.002)
print(bytes(metrics.render().body).decode())
"""


def test_the_counts_of_all_worker_processes_are_summed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    texts = [
        subprocess.run(
            [sys.executable, "-c", _WORKER, str(tmp_path), str(count)],
            capture_output=True, text=True, check=True, cwd=ROOT, env=environment,
        ).stdout
        for count in (3, 4)
    ]  # fmt: skip
    series = 'pifa_http_request_seconds_count{method="GET",route="/api/search",status="200"}'
    assert f"{series} 3.0" in texts[0]
    assert f"{series} 7.0" in texts[1]
