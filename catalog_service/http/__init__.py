"""The HTTP door of the record: ``offers_router(record)`` and ``suppliers_router(record)``."""
