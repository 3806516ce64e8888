"""Storefront: the pages that buyers and sellers see, rendered on the server.

Owns: routes of pages, view models, templates, stylesheet and script, the visit (my quantity
and city), kept lists.
Takes: search, recommendation, suggestion, the taxonomy, one offer of the record (``ports``), the record's people
(``accounts``), its options.
Gives: ``storefront_router`` and ``storefront_error_page``.
May import: catalog_service (its people, for the pages of accounts; the record, for the seller's), search_api,
ranking, taxonomy, search_engine, web, kernel.
Never: reads the environment, computes a price of its own (``kernel.prices`` does), loads anything from elsewhere.
"""
