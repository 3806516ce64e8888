"""A node's home: configuration, the network module, the compression library."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ops.elasticsearch.jars import ServerMissing

MODULE = "transport-netty4"
NATIVE = Path("lib") / "platform" / "linux-x64"
LIBRARIES = tuple(map(Path, ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib")))
_DESCRIPTOR = f"META-INF/es-plugins/{MODULE}/plugin-descriptor.properties"
_LOGGING = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = {logs}/server.log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{{ISO8601}}][%-5p][%c{{1.}}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
"""


def lay_out(home: Path, jars: Path, settings: Mapping[str, object]) -> None:
    """Make the folders and files of a node; what is there already (its data) stays."""
    for name in ("config", "logs", "plugins", "data", str(NATIVE), f"modules/{MODULE}"):
        (home / name).mkdir(parents=True, exist_ok=True)
    module = home / "modules" / MODULE
    for jar in jars.glob("*.jar"):
        if of_the_module(jar) and not (module / jar.name).exists():
            shutil.copy(jar, module / jar.name)
    (module / "plugin-descriptor.properties").write_text(_descriptor(next(jars.glob(f"{MODULE}-*.jar"))))
    (home / "config" / "log4j2.properties").write_text(_LOGGING.format(logs=home / "logs"))
    lines = [f"{name}: {_yaml(value)}" for name, value in settings.items()]
    (home / "config" / "elasticsearch.yml").write_text("\n".join(lines) + "\n")
    _copy_zstd(home / NATIVE)


def of_the_module(jar: Path) -> bool:
    """Whether a jar belongs to the network module, and must stay off the class path."""
    return jar.name.startswith(("netty-", f"{MODULE}-"))


def class_path(jars: Path) -> list[str]:
    """The jars of the server itself."""
    return sorted(str(jar) for jar in jars.glob("*.jar") if not of_the_module(jar))


def _descriptor(jar: Path) -> str:
    """As the jar has it, without the name of a Java module: the server runs on the class path."""
    with zipfile.ZipFile(jar) as archive:
        lines = archive.read(_DESCRIPTOR).decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("modulename")) + "\n"


def _copy_zstd(native: Path) -> None:
    """Without the library the server turns native access off."""
    target = native / "libzstd.so"
    if target.exists():
        return
    found = [path for folder in LIBRARIES for path in sorted(folder.glob("libzstd.so.1*"))]
    if not found:
        raise ServerMissing("没有找到 libzstd.so.1：请安装 libzstd（Debian：apt install libzstd1）")
    shutil.copy(found[0].resolve(), target)


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(f'"{each}"' for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
