"""What a browser says of itself, as people know it: ``Chrome · Windows``."""

from __future__ import annotations

# The first that is in the agent counts: browsers name those that they descend from behind themselves.
_BROWSERS = (
    ("MicroMessenger/", "微信"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_text(agent: str) -> str:
    """Browser and system; what is no browser by its own name; empty for nothing."""
    if not agent.startswith("Mozilla/"):
        return agent.partition(" ")[0]
    known = [next((name for sign, name in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in known if name) or agent
