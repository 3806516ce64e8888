"""Storefront: the pages that a buyer sees, rendered on the server.

Owns: routes of pages, view models, templates, stylesheet and script, the visit (my quantity
and city), kept lists.
Takes: search, recommendation, suggestion, the taxonomy, one offer of the record (``ports``), its options.
Gives: ``storefront_router`` and ``storefront_error_page``.
May import: search_api, ranking, taxonomy, search_engine, web, kernel.
Never: reads the environment, computes a price of its own (``kernel.prices`` does), loads anything from elsewhere.
"""
