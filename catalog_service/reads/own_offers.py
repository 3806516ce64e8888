"""What a seller types to find an offer of its own: words of the title, an id, an item code, a barcode, a SKU's code,
the codes under every spelling."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa

from catalog_service.adapters.sql.tables import offers, skus
from catalog_service.domain.text import clean_line
from kernel.codes import fold_code
from kernel.errors import Invalid

TYPED_CHARACTERS_MAX = 100  # longer than any code, and as long as a title that somebody pastes
WORDS_MAX = 8  # each is one more look at every title

# Written as the partial indexes of SKUs' codes are: a query that does not repeat the condition scans them all.
_CODED, _BARRED = (
    sa.text("skus.code_key <> '' AND sku_id <> skus.offer_id"),
    sa.text("skus.barcode_key <> '' AND sku_id <> skus.offer_id"),
)


def matching(typed: str, *, seller: str) -> sa.ColumnElement[bool] | None:
    """Offers of ``seller`` whose title has every word of ``typed``, in any case, or that are named by it as a whole,
    however its codes are spelt; None for blanks, which every offer matches.

    Titles are looked through row by row: ``ix_offers_supplier_live`` and ``_rest`` keep that to the seller's own.
    """
    line = clean_line(typed)
    if len(line) > TYPED_CHARACTERS_MAX:
        raise Invalid(f"最长 {TYPED_CHARACTERS_MAX} 字", parameter="q")
    words = list(dict.fromkeys(unicodedata.normalize("NFKC", line).lower().split()))[:WORDS_MAX]
    if not words:
        return None
    title, key = sa.func.lower(offers.c.title), fold_code(line)
    named = (
        offers.c.item_code_key == key,
        offers.c.barcode_key == key,
        offers.c.offer_id.in_(_having(key, seller)),
    )
    return sa.or_(
        sa.and_(*(title.contains(word, autoescape=True) for word in words)),
        offers.c.offer_id == line,
        *(named if key else ()),  # signs alone are no code
    )


def _having(key: str, seller: str) -> sa.Select[tuple[str]] | sa.CompoundSelect[tuple[str]]:
    """The seller's offers of which a SKU has the code or barcode."""
    return sa.union_all(
        *(
            sa.select(skus.c.offer_id)
            .join(own := offers.alias(), own.c.offer_id == skus.c.offer_id)
            .where(column == key, stated, own.c.supplier_id == seller, skus.c.retired.is_(sa.false()))
            for column, stated in ((skus.c.code_key, _CODED), (skus.c.barcode_key, _BARRED))
        )
    )
