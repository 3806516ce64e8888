"""The tables of the record, by subject. Migrations build them; a test holds the two together."""

from catalog_service.adapters.sql.tables.base import metadata
from catalog_service.adapters.sql.tables.carts import cart_lines
from catalog_service.adapters.sql.tables.companies import (
    addresses,
    attempts,
    companies,
    company_documents,
    company_keys,
    key_spending,
    mails,
    members,
    notices,
    oauth_tokens,
    one_time_links,
    recovery_codes,
    sessions,
    verifications,
)
from catalog_service.adapters.sql.tables.journal import audit, idempotency_keys, outbox
from catalog_service.adapters.sql.tables.keys import api_keys
from catalog_service.adapters.sql.tables.money import (
    gateway_notices,
    ledger_accounts,
    ledger_entries,
    ledger_heads,
    ledger_postings,
    payments,
    transfers,
)
from catalog_service.adapters.sql.tables.offers import bulk_edits, import_runs, offers, revisions
from catalog_service.adapters.sql.tables.orders import (
    order_events,
    order_groups,
    order_lines,
    orders,
    refunds,
    rulings,
    shipment_lines,
    shipments,
    timers,
)
from catalog_service.adapters.sql.tables.payouts import payout_accounts, payouts
from catalog_service.adapters.sql.tables.prices import (
    buyer_group_members,
    buyer_groups,
    freight_templates,
    private_prices,
    supplier_terms,
)
from catalog_service.adapters.sql.tables.skus import offer_terms, skus
from catalog_service.adapters.sql.tables.stock import reservations, stock, stock_moves
from catalog_service.adapters.sql.tables.suppliers import credit_events, suppliers

__all__ = [
    "addresses",
    "api_keys",
    "attempts",
    "audit",
    "bulk_edits",
    "buyer_group_members",
    "buyer_groups",
    "cart_lines",
    "companies",
    "company_documents",
    "company_keys",
    "credit_events",
    "freight_templates",
    "gateway_notices",
    "idempotency_keys",
    "import_runs",
    "key_spending",
    "ledger_accounts",
    "ledger_entries",
    "ledger_heads",
    "ledger_postings",
    "mails",
    "members",
    "metadata",
    "notices",
    "oauth_tokens",
    "offer_terms",
    "offers",
    "one_time_links",
    "order_events",
    "order_groups",
    "order_lines",
    "orders",
    "outbox",
    "payments",
    "payout_accounts",
    "payouts",
    "private_prices",
    "recovery_codes",
    "refunds",
    "reservations",
    "revisions",
    "rulings",
    "sessions",
    "shipment_lines",
    "shipments",
    "skus",
    "stock",
    "stock_moves",
    "supplier_terms",
    "suppliers",
    "timers",
    "transfers",
    "verifications",
]
