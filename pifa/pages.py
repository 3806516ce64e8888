"""The pages, put together with the parts they show."""

from __future__ import annotations

from catalog_service.service import Record
from pifa.wiring import Installation
