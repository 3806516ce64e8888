"""What the lines of a quick order name: by ids, item codes, barcodes, and by the codes of single SKUs."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog_service.domain.carts.pasted import AskedLine
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.skus.spellings import surely
from catalog_service.domain.skus.values import SkuView
from catalog_service.domain.text import clean_word
from catalog_service.ports.codes import CodeIndex
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.skus import CodeMatches
from kernel.ids import ID_PATTERN
from kernel.offers import Offer

_POINTS = re.compile(r"(?<=\d)[./](?=\d)")
ALTERNATIVES_MAX = 8  # what a person chooses from in a list; beyond that they search


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One SKU that a line may mean."""

    offer: Offer
    sku: SkuView

    @property
    def sku_id(self) -> str:
        return self.sku.sku.sku_id

    @property
    def code(self) -> str:
        """The supplier's own; of a SKU that is all of its offer the offer's item code."""
        return self.offer.item_code if self.sku.sku.is_default else self.sku.sku.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The SKUs on sale that a line may mean. ``sure``: they have what the line says of the SKU. ``crowded``: so many
    more have the code that it names none of them. ``spelt``: how the one that is found writes the code that the line
    spells otherwise. ``doubtful``: it may be another code than the line's, or the line's was sold before."""

    found: Sequence[Goods] = ()
    sure: bool = True
    crowded: bool = False
    spelt: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What one code names: SKUs on sale of offers that have it, SKUs that have it ``alone``; the rest as of a
    ``Meaning``."""

    of_offers: Sequence[Goods] = ()
    alone: Sequence[Goods] = ()
    crowded: bool = False
    spelt: str = ""
    doubtful: bool = False

    @property
    def found(self) -> list[Goods]:
        return _once([*self.of_offers, *self.alone])

    def meaning(self, found: Sequence[Goods], *, sure: bool = True, crowded: bool | None = None) -> Meaning:
        """Of ``found`` among these."""
        many = self.crowded if crowded is None else crowded
        return Meaning(found=found, sure=sure, crowded=many, spelt=self.spelt, doubtful=self.doubtful)


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
        # One more than is shown, so that a code of many is told from one of eight.
        sold = transaction.skus.sold_by_code(codes_of(lines), most=ALTERNATIVES_MAX + 1)
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
        named, whole = self._named(line.code), self._named(_spaced(line))
        if len(named.alone) == 1 and not (named.of_offers or whole.found):
            return named.meaning(self._beside(named.alone[0], line.spec))
        found = named.found
        told = self._naming(found, line.spec) if line.spec else []
        if told:
            return named.meaning(told, crowded=False)
        if whole.found or (
            whole.crowded and not found
        ):  # T-1 R: a code with a blank in it, unless its first word is one by itself
            within = {each.sku_id for each in whole.found} <= {each.sku_id for each in found}
            return whole.meaning(whole.found if within else _once([*whole.found, *found]))
        # A sheet often has a title in between: that matters not where a thing has no values to tell apart.
        sure = not line.spec or not any(each.sku.sku.values for each in found)
        return named.meaning(found, sure=sure)

    def _named(self, code: str) -> _Named:
        """Whatever is written exactly so; where nothing is, all that is another spelling of it."""
        if not code:
            return _Named()
        written, matches = clean_word(code), self.sold.get(code, CodeMatches())
        offers: Sequence[Offer] = [self.offers[code]] if code in self.offers else self._coded(code)
        exact = [offer for offer in offers if written in (offer.offer_id, offer.item_code, offer.barcode)]
        if exact or matches.exact:
            offers, matches = exact, matches if matches.exact else CodeMatches()
        of_offers = [goods for offer in offers for goods in self._on_sale(offer)]
        views = [self.views[sku_id] for sku_id in matches.sku_ids if sku_id in self.views]
        alone = [self._goods(view) for view in views if view.sku.offer_id in self.offers]
        if exact or matches.exact:
            return _Named(of_offers=of_offers, alone=alone, crowded=matches.crowded)
        having = [(offer.item_code, offer.barcode) for offer in offers]
        having += [(each.sku.sku.code, each.sku.sku.barcode) for each in alone]
        own = list(dict.fromkeys(each for codes in having for each in self._own(written, *codes)))
        return _Named(
            of_offers=of_offers, alone=alone, crowded=matches.crowded, spelt=own[0] if len(own) == 1 else "",
            doubtful=matches.gone or not all(surely(written, each) for each in own),
        )  # fmt: skip

    def _own(self, written: str, *codes: str) -> list[str]:
        """Those of the codes that ``written`` is a spelling of."""
        key = self.codes.normalise(written)
        return [code for code in codes if code and self.codes.normalise(code) == key]

    def _beside(self, goods: Goods, spec: str) -> list[Goods]:
        """A SKU that its own code names, whatever title stands beside it; with those that the line names beside it, if
        those are others of the offer."""
        others = self._naming(self._on_sale(goods.offer), spec) if spec else []
        return [goods] if goods.sku_id in {each.sku_id for each in others} else [goods, *others]

    def _naming(self, found: Sequence[Goods], spec: str) -> list[Goods]:
        """Those whose code, name or values the line says."""
        coded = [each for each in found if self._own(spec, each.sku.sku.code) and surely(spec, each.sku.sku.code)]
        if written := [each for each in coded if each.sku.sku.code == clean_word(spec)]:
            return written
        wanted = self._worded(spec)
        exact = _once([*coded, *(each for each in found if wanted and self._worded(each.sku.sku.name) == wanted)])
        return exact or [
            each
            for each in found
            if (words := [self._worded(value) for _, value in each.sku.sku.values])
            and all(word and word in wanted for word in words)
        ]

    def _worded(self, text: str) -> str:
        """A name as both sides compare it. A point between figures is none that may be left out: 1.5mm is not 15mm."""
        return self.codes.normalise(_POINTS.sub("#", unicodedata.normalize("NFKC", text)))

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
