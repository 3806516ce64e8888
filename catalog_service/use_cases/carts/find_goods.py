"""What the lines of a quick order name: by ids, item codes, barcodes, and by the codes of single SKUs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog_service.domain.carts.pasted import AskedLine
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.skus.spellings import spellings
from catalog_service.domain.skus.values import SkuView
from catalog_service.ports.codes import CodeIndex
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.skus import CodeMatches
from kernel.ids import ID_PATTERN
from kernel.offers import Offer

ALTERNATIVES_MAX = 8  # what a person chooses from in a list; beyond that they search


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One SKU that a line may mean."""

    offer: Offer
    sku: SkuView

    @property
    def sku_id(self) -> str:
        return self.sku.sku.sku_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The SKUs on sale that a line may mean. ``sure``: they have what the line says of the SKU. ``crowded``: so many
    more have the code that it names none of them."""

    found: Sequence[Goods] = ()
    sure: bool = True
    crowded: bool = False


def codes_of(lines: Sequence[AskedLine]) -> set[str]:
    """Whatever may be a code in lines that can be read; one may have been written with a space in it."""
    return {code for line in lines if not (line.wrong or line.heading) for code in (line.code, _spaced(line)) if code}


def find_goods(
    transaction: RecordTransaction, lines: Sequence[AskedLine], listed: Sequence[str], codes: CodeIndex
) -> Iterator[tuple[AskedLine, Meaning]]:
    """Each line with what it means; ``listed``: offers whose item code or barcode may be meant, by the index."""
    known = _Known.of(transaction, lines, listed, codes)
    for line in lines:
        yield line, known.meaning(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """All that the lines may be about, read at once."""

    codes: CodeIndex
    offers: Mapping[str, Offer]
    skus: Mapping[str, Sequence[SkuView]]
    views: Mapping[str, SkuView]
    of_code: Mapping[str, Sequence[Offer]]
    sold: Mapping[str, CodeMatches] = field(default_factory=dict)

    @classmethod
    def of(
        cls, transaction: RecordTransaction, lines: Sequence[AskedLine], listed: Sequence[str], codes: CodeIndex
    ) -> _Known:
        named = {line.code for line in lines if ID_PATTERN.fullmatch(line.code)}
        asked = {code: spelt for code in codes_of(lines) if (spelt := spellings(code))}
        # One more than is shown, so that a code of many is told from one of eight.
        sold = transaction.skus.sold_by_code(asked, most=ALTERNATIVES_MAX + 1)
        views = transaction.skus.by_ids({*named, *(sku_id for each in sold.values() for sku_id in each.sku_ids)})
        # All SKUs are read of the offers that are named, and of those where a line says more than a SKU's own code.
        told = [code for line in lines if line.spec for code in (line.code, _spaced(line))]
        single = {each.sku_ids[0] for code in told if (each := sold.get(code)) and len(each.sku_ids) == 1}
        whole = {*named, *listed, *(views[sku_id].sku.offer_id for sku_id in {*named, *single} if sku_id in views)}
        offers = {
            offer_id: stored.offer
            for offer_id, stored in transaction.prices.offers(
                {*whole, *(view.sku.offer_id for view in views.values())}
            ).items()
            if stored.state is OfferState.LIVE and stored.offer.supplier_id is not None
        }
        of_code: dict[str, list[Offer]] = defaultdict(list)
        for offer_id in dict.fromkeys(listed):
            offer = offers.get(offer_id)
            for code in {codes.normalise(each) for each in (offer.item_code, offer.barcode) if each} if offer else ():
                of_code[code].append(offers[offer_id])
        skus = transaction.skus.of_offers(whole & offers.keys())
        return cls(codes=codes, offers=offers, skus=skus, views=views, of_code=of_code, sold=sold)

    def meaning(self, line: AskedLine) -> Meaning:
        view = self.views.get(line.code)
        if view is not None and view.sku.offer_id in self.offers and not view.sku.is_default:
            return Meaning(found=[self._goods(view)])
        as_offer = [self.offers[line.code]] if line.code in self.offers else self._coded(line.code)
        of_offers = [goods for offer in as_offer for goods in self._on_sale(offer)]
        alone, crowded = self._by_itself(line.code)
        if len(alone) == 1 and not of_offers:
            return Meaning(found=self._beside(alone[0], line.spec), crowded=crowded)
        found = _once([*of_offers, *alone])
        named = self._naming(found, line.spec) if line.spec else []
        if named:
            return Meaning(found=named)
        if not (found or crowded) and line.spec:
            of_offers = [goods for offer in self._coded(_spaced(line)) for goods in self._on_sale(offer)]
            alone, crowded = self._by_itself(_spaced(line))
            return Meaning(found=_once([*of_offers, *alone]), crowded=crowded)
        # A sheet often has a title in between: that matters not where a thing has no values to tell apart.
        sure = not line.spec or not any(each.sku.sku.values for each in found)
        return Meaning(found=found, sure=sure, crowded=crowded)

    def _by_itself(self, code: str) -> tuple[list[Goods], bool]:
        """SKUs that the code names without their offer's, and whether many more have it."""
        matches = self.sold.get(code, CodeMatches())
        views = [self.views[sku_id] for sku_id in matches.sku_ids if sku_id in self.views]
        return [self._goods(view) for view in views if view.sku.offer_id in self.offers], matches.crowded

    def _beside(self, goods: Goods, spec: str) -> list[Goods]:
        """A SKU that its own code names, whatever title stands beside it; with those that the line names beside it, if
        those are others of the offer."""
        others = self._naming(self._on_sale(goods.offer), spec) if spec else []
        return [goods] if goods.sku_id in {each.sku_id for each in others} else [goods, *others]

    def _naming(self, found: Sequence[Goods], spec: str) -> list[Goods]:
        """Those whose code, name or values the line says."""
        normalise = self.codes.normalise
        wanted = normalise(spec)
        exact = [each for each in found if wanted in (normalise(each.sku.sku.code), normalise(each.sku.sku.name))]
        return exact or [
            each
            for each in found
            if each.sku.sku.values and all(normalise(value) in wanted for _, value in each.sku.sku.values)
        ]

    def _coded(self, code: str) -> Sequence[Offer]:
        return self.of_code.get(self.codes.normalise(code), ())

    def _goods(self, view: SkuView) -> Goods:
        return Goods(offer=self.offers[view.sku.offer_id], sku=view)

    def _on_sale(self, offer: Offer) -> list[Goods]:
        views = self.skus.get(offer.offer_id, ())
        return [Goods(offer=offer, sku=view) for view in views if view.sku.on_sale and not view.sku.retired]


def _once(goods: Sequence[Goods]) -> list[Goods]:
    return list({each.sku_id: each for each in goods}.values())


def _spaced(line: AskedLine) -> str:
    return f"{line.code} {line.spec}" if line.spec else ""
