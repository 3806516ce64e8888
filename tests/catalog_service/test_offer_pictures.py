"""Several pictures of an offer: their order, what is refused, and that who knows of one alone loses none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from catalog_service.adapters.sql.migrate import downgrade, upgrade
from catalog_service.domain.offers.content import PICTURES_MAX, OfferDraft, UnknownPicture, content_hash, image_fields
from catalog_service.domain.pictures.values import picture_path
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.service import Record
from kernel.errors import Invalid
from kernel.prices import PriceTier
from tests.catalog_service.house import ADMIN, draft, open_house, rows
from tests.catalog_service.test_pictures import picture
from tests.catalog_service.test_trade_http import Door
from tests.catalog_service.town import Town

# Of this draft, by the program that knew of one picture.
DIGEST_OF_OLD = "10db845ae533549055d71106ff7d610d"
A, B, C = "/p/a.svg", "/p/b.svg", "https://img.example/c.jpg"


def images(record: Record, offer_id: str = "o-1") -> tuple[str, ...]:
    return record.offers.offer(offer_id, any_state=True).offer.images


def stating(*pictures: str, **fields: Any) -> OfferDraft:
    return draft(**image_fields(pictures), **fields)


def revise(record: Record, offer: OfferDraft) -> bool:
    return record.revise_offer(draft=offer, expected_version=None, request=ADMIN).changed


def test_pictures_keep_their_order_and_the_first_is_the_offers_own(record: Record) -> None:
    record.publish_offer(draft=stating(B, A, C), request=ADMIN)
    offer = record.offers.offer("o-1").offer
    assert (offer.picture, offer.images) == (B, (B, A, C))
    assert revise(record, stating(A, B, C))
    assert images(record) == (A, B, C)
    assert not revise(record, stating(A, B, C))
    assert revise(record, stating())
    assert (images(record), record.offers.offer("o-1").offer.picture) == ((), "")


def test_who_states_one_picture_loses_none_of_the_others(record: Record) -> None:
    record.save_draft(draft=stating(A, B, C), request=ADMIN)
    record.save_draft(draft=draft(picture=C), request=ADMIN)
    assert images(record) == (C, B)  # it was among them, and is no picture twice
    record.publish_offer(draft=draft(picture=A), request=ADMIN)
    assert images(record) == (A, B)
    assert not revise(record, draft(picture=A))
    revise(record, draft())
    assert images(record) == ()


@pytest.mark.parametrize(
    ("pictures", "parameter", "code"),
    [
        ([f"/p/{place}.svg" for place in range(PICTURES_MAX + 1)], "images", "too_many_pictures"),
        ([A, B, A], "images.2", "repeated_picture"),
        ([picture_path("a" * 64), picture_path("a" * 64, 320)], "images.1", "repeated_picture"),
        ([A, "javascript:alert(1)"], "images.1", "invalid"),
        ([A, ""], "images.1", "invalid"),
        (["", A], "images.0", "invalid"),
        ([A, picture_path("b" * 64)], "images.1", "unknown_picture"),
        (["/api/v1/pictures/x/800.webp"], "images.0", "unknown_picture"),
    ],
)
def test_a_list_of_pictures_is_refused_by_name(
    record: Record, pictures: Sequence[str], parameter: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record.publish_offer(draft=stating(*pictures), request=ADMIN)
    assert (refused.value.parameter, refused.value.code) == (parameter, code)
    assert rows(record, "SELECT offer_id FROM offers") == []


def test_a_picture_of_ours_must_be_there_and_may_be_anybodys(record: Record) -> None:
    """The same photograph of the maker's has one name, whoever uploads it: a picture has no owner."""
    path = picture_path(record.pictures.upload(picture()).digest)
    for offer_id in ("o-1", "o-2"):
        record.publish_offer(draft=stating(A, path, offer_id=offer_id), request=ADMIN)
        assert images(record, offer_id) == (A, path)
    with pytest.raises(UnknownPicture):
        revise(record, draft(picture=picture_path("c" * 64)))
    assert images(record) == (A, path)


def test_one_picture_has_the_digest_of_old() -> None:
    """An import of before is not seen as a change of every row."""
    said = OfferDraft(
        offer_id="o-1", title="螺丝 M8", tiers=(PriceTier(min_quantity=1, unit_price_fen=900),), picture="/p/1.svg",
        attributes={"more_pictures": ()},
    )  # fmt: skip
    assert content_hash(said) == content_hash(OfferDraft(**{**fields(said), "more_pictures": ()})) == DIGEST_OF_OLD
    assert content_hash(OfferDraft(**{**fields(said), "more_pictures": (B,)})) != DIGEST_OF_OLD


def fields(said: OfferDraft) -> dict[str, Any]:
    return {name: getattr(said, name) for name in OfferDraft.__slots__}


def test_files_bring_pictures_in_a_column_of_their_own(record: Record, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(f"offer_id,title,主图,图片列表\no-1,杯,{A},{B}|{A}\no-2,杯,,{B} {C}\no-3,杯,{A},\n", "utf-8")
    record.import_file(table)
    assert [images(record, f"o-{place}") for place in (1, 2, 3)] == [(A, B), (B, C), (A,)]
    lines = tmp_path / "a.jsonl"
    said = [
        {"offer_id": "o-1", "title": "杯", "picture": C},  # knows of one alone
        {"offer_id": "o-2", "title": "杯", "images": [C, A]},
        {"offer_id": "o-3", "title": "杯", "images": json.dumps([A, A])},
        {"offer_id": "o-4", "title": "杯", "images": [picture_path("d" * 64)]},
    ]
    lines.write_text("\n".join(map(json.dumps, said)), "utf-8")
    report = record.import_file(lines)
    assert [(row.line, row.parameter, row.code) for row in report.samples] == [
        (3, "images.1", "repeated_picture"), (4, "images.0", "unknown_picture"),
    ]  # fmt: skip
    assert [images(record, f"o-{place}") for place in (1, 2, 3)] == [(C, B), (C, A), (A,)]
    again = record.import_file(lines).progress
    assert (again.created, again.revised, again.unchanged) == (0, 0, 2)


def test_a_change_of_pictures_waits_for_the_audit_and_is_told_whole(audited: Town) -> None:
    record, (_, supplier_id) = audited.record, audited.seller()
    said: dict[str, Any] = {"supplier_id": supplier_id}
    record.publish_offer(draft=stating(A, B, **said), request=ADMIN)
    record.revise_offer(draft=stating(B, A, **said), expected_version=1, seller=supplier_id, request=ADMIN)
    view = record.revisions.of_offer("o-1", seller=supplier_id)
    assert [(each.field, each.before, each.after) for each in view.changes] == [("images", f"{A}\n{B}", f"{B}\n{A}")]
    assert images(record) == (A, B)
    revise(record, stating(A, B, brand="甲", **said))  # elsewhere: the change follows
    record.decide_revision.approve(offer_id="o-1", request=ADMIN)
    offer = record.offers.offer("o-1").offer
    assert (offer.images, offer.brand) == ((B, A), "甲")


def test_pictures_changed_by_both_are_a_clash(audited: Town) -> None:
    record, (_, supplier_id) = audited.record, audited.seller()
    said: dict[str, Any] = {"supplier_id": supplier_id}
    record.publish_offer(draft=stating(A, **said), request=ADMIN)
    record.revise_offer(draft=stating(A, B, **said), expected_version=1, seller=supplier_id, request=ADMIN)
    revise(record, stating(A, C, **said))
    view = record.revisions.of_offer("o-1", seller=supplier_id)
    assert (view.revision.code, "图片" in view.revision.reason) == ("revision_overtaken", True)
    assert images(record) == (A, C)


@pytest.fixture
def audited(home: Path) -> Any:
    with closing(open_house(home, audit_offers=True)) as record:
        yield Town(record)


def test_the_picture_that_is_there_is_the_first_and_stays_on_the_way_down(empty_home: Path) -> None:
    with closing(open_house(empty_home)) as record:
        record.publish_offer(draft=stating(B, A, C), request=ADMIN)
        record.publish_offer(draft=draft(offer_id="o-2", picture=A), request=ADMIN)
        downgrade(record.engine, target="0011")
        assert rows(record, "SELECT offer_id, picture FROM offers ORDER BY 1") == [("o-1", B), ("o-2", A)]
        upgrade(record.engine, target="head")
        assert (images(record), images(record, "o-2")) == ((B,), (A,))


def test_clients_read_and_state_them_with_the_version_that_they_read(record: Record) -> None:
    record.register_supplier(draft=SupplierDraft(supplier_id="s-1", name="厂"), request=ADMIN)
    door = Door(record)

    def put(version: str, **said: Any) -> Any:
        return door.do("seller", "PUT", "/offers/o-1", {"title": "杯", **said}, If_Match=version)

    made = door.do("seller", "POST", "/offers", {"offer_id": "o-1", "title": "杯", "images": [A, B]})
    assert made.status_code == 201, made.json()
    read = door.do("", "GET", "/offers/o-1")
    assert (read.json()["picture"], read.json()["images"]) == (A, [A, B])
    version = read.headers["etag"]
    refused = put(version, picture=B, images=[A, B])
    assert (refused.status_code, refused.json()["parameter"]) == (400, "picture")
    assert put('"7"', images=[B, A]).status_code == 412
    assert images(record) == (A, B)
    assert put(version, picture=B).status_code == 200
    assert images(record) == (B,)
