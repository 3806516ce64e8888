"""``pifa serve``: the site and the API, with the follower beside them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn
from rich.markup import escape

from kernel.errors import Unavailable
from pifa.asgi import application
from pifa.commands.console import HomeOption, say
from pifa.commands.rebuild import build_index
from pifa.wiring import Installation, installation
from search_engine.port import EngineAway, EngineRefused

FOLLOWER_PAUSE_SECONDS = 0.5  # before a follower that died is replaced; doubled each time that it dies young
FOLLOWER_PAUSE_SECONDS_MAX = 30.0
# A worker that does not answer for so long is replaced. With uvicorn's own 5 s two workers on two cores under a load of
# 7 were killed while they loaded, over and over: no site came in a minute.
WORKER_ANSWERS_SECONDS = 60


class PortBusy(Unavailable):
    """Another program listens on the port."""

    code = "port_busy"


def serve(
    home: HomeOption = None,
    port: Annotated[int | None, typer.Option(help="端口（默认 PIFA_PORT 或 8000）", show_default=False)] = None,
    host: Annotated[str | None, typer.Option(help="监听地址（默认 127.0.0.1）", show_default=False)] = None,
    workers: Annotated[int | None, typer.Option(help="服务进程数", show_default=False)] = None,
    follower: Annotated[bool, typer.Option("--follower/--no-follower", help="同时启动索引跟随进程")] = True,
) -> None:
    """Serve until interrupted."""
    site = installation(home)
    run_site(
        site,
        host=host or site.settings.host,
        port=port or site.settings.port,
        workers=workers or site.settings.workers,
        with_follower=follower,
    )


def run_site(site: Installation, *, host: str, port: int, workers: int, with_follower: bool) -> None:
    """Check the port, make the index if there is none, start the follower, serve, say where."""
    check_port(host, port)
    signal.signal(signal.SIGTERM, _leave)
    _ensure_index_if_there(site)
    # Worker processes read their settings from the environment, like any other process of the product.
    os.environ.update(PIFA_HOME=str(site.home.directory), PIFA_HOST=host, PIFA_PORT=str(port))
    if workers > 1:
        os.environ.update(PROMETHEUS_MULTIPROC_DIR=str(fresh_metrics(site.home.directory / "metrics" / str(port))))
    address = f"http://{host}:{port}"
    say(site.encoder.reason)
    with follower_process(site) if with_follower else nullcontext():
        threading.Thread(target=announce, args=(address, site), daemon=True).start()
        uvicorn.run(
            application(site, address=address, ahead=True) if workers == 1 else "pifa.asgi:create_app",
            factory=workers > 1,
            host=host,
            port=port,
            workers=workers,
            timeout_worker_healthcheck=WORKER_ANSWERS_SECONDS,
            log_level="warning",
            access_log=False,
            server_header=False,
        )


def _ensure_index_if_there(site: Installation) -> None:
    """An engine that is away, or refuses us, is no reason not to start: the record's pages need none, ``/health/ready``
    says why there is no searching, and the follower builds the index once it is let in."""
    try:
        ensure_index(site)
    except EngineRefused as refused:
        say(f"[red]{escape(refused.message)}[/]；网站先启动，搜索不可用（改了设置要重新启动）")
    except EngineAway as away:
        say(f"[yellow]{escape(away.message)}[/]；网站先启动，引擎就绪后自动接上")


def ensure_index(site: Installation) -> None:
    """Build the index when there is none; one that cannot be read is refused with the command that mends it."""
    if site.store.exists():
        site.store.reader()
        return
    with site.record() as record:
        build_index(site, record)


def fresh_metrics(directory: Path) -> Path:
    """An empty folder for the workers' counters; those of an earlier run on this port are forgotten."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def _leave(*_: object) -> NoReturn:
    """SIGTERM ends like any other way out: what stands around the server is put away."""
    raise SystemExit(0)


def check_port(host: str, port: int) -> None:
    """Raise ``PortBusy`` in one clear line when the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusy(f"端口 {port} 不可用（{error.strerror}）：换一个，例如 PIFA_PORT={port + 1}") from None


@contextmanager
def follower_process(site: Installation) -> Iterator[None]:
    """The follower beside the site: replaced when it dies, stopped with the site."""
    command = [sys.executable, "-m", "pifa", "follow", "--home", str(site.home.directory)]
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_running, args=([*command, "--parent", str(os.getpid())], stop), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep_running(command: list[str], stop: threading.Event) -> None:
    pause = FOLLOWER_PAUSE_SECONDS
    while not stop.is_set():
        started = time.monotonic()
        process = subprocess.Popen(command)  # noqa: S603 (our own command)
        while process.poll() is None and not stop.wait(0.1):
            pass
        if stop.is_set():
            _end(process)
            return
        lasted = time.monotonic() - started
        pause = (
            FOLLOWER_PAUSE_SECONDS
            if lasted > FOLLOWER_PAUSE_SECONDS_MAX
            else min(pause * 2, FOLLOWER_PAUSE_SECONDS_MAX)
        )
        say(f"[yellow]索引跟随进程退出（{process.returncode}），{pause:.0f} 秒后重新启动[/]")
        stop.wait(pause)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def announce(
    address: str, site: Installation, *, wait_seconds: float = 60.0, tell: Callable[[str], None] = say
) -> None:
    """Say where the site is once it answers."""
    deadline = time.monotonic() + wait_seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=2):  # noqa: S310 (our own address)
                break
        except OSError:
            time.sleep(0.1)
    else:
        tell(f"[yellow]服务没有在 {wait_seconds:.0f} 秒内就绪：{address}/health/ready[/]")
        return
    if site.home.admin_key.exists():
        tell(f"管理员密钥：{site.home.admin_key.read_text('ascii').strip()}（也在 {relative(site.home.admin_key)}）")
    if not site.settings.smtp_host:
        tell(f"邮件（注册、邀请、找回密码）写成文件，在 {relative(site.home.mail)}")
    tell(f"接口说明：{address}/developers")
    tell(f"[bold green]就绪：{address}[/]")


def relative(path: Path) -> Path:
    """The path as a person in this directory would write it."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
