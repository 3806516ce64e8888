"""What every ``PaymentGateway`` promises; an adapter's test derives from this and says how its payer pays."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from catalog_service.domain.money.payments import GatewayState
from catalog_service.domain.money.payouts import PayoutKind, PayoutTarget
from catalog_service.ports.gateway import GatewayRefused, NoticeForged, PaymentGateway
from tests.catalog_service.house import NOW

TARGET = PayoutTarget(kind=PayoutKind.BANK, holder="乙工厂", bank="工商银行", number="6222020200012345")


class GatewayContract:
    """``gateway`` is a fresh one; ``pay`` lets the payer pay; ``notices`` gives the callbacks that are due."""

    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        raise NotImplementedError

    def pay(self, gateway: Any, payment_id: str) -> None:
        raise NotImplementedError

    def notices(self, gateway: Any) -> list[tuple[dict[str, str], bytes]]:
        raise NotImplementedError

    def test_the_same_charge_again_is_the_same(self, gateway: PaymentGateway) -> None:
        first = gateway.charge(payment_id="p-1", amount_fen=500, subject="订单 1")
        assert gateway.charge(payment_id="p-1", amount_fen=500, subject="订单 1") == first
        with pytest.raises(GatewayRefused):
            gateway.charge(payment_id="p-1", amount_fen=501, subject="订单 1")

    def test_it_tells_what_stands(self, gateway: PaymentGateway) -> None:
        assert gateway.find("p-1") is None
        gateway.charge(payment_id="p-1", amount_fen=500, subject="订单 1")
        found = gateway.find("p-1")
        assert found is not None
        assert found.state is GatewayState.PENDING
        self.pay(gateway, "p-1")
        found = gateway.find("p-1")
        assert found is not None
        assert (found.state, found.amount_fen) == (GatewayState.PAID, 500)

    def test_the_same_refund_again_is_the_same_and_no_more_goes_back_than_came(self, gateway: PaymentGateway) -> None:
        gateway.charge(payment_id="p-1", amount_fen=500, subject="订单 1")
        with pytest.raises(GatewayRefused):
            gateway.refund(transfer_id="t-0", payment_id="p-1", amount_fen=1)
        self.pay(gateway, "p-1")
        for _ in range(2):
            assert gateway.refund(transfer_id="t-1", payment_id="p-1", amount_fen=300) is GatewayState.PAID
        with pytest.raises(GatewayRefused):
            gateway.refund(transfer_id="t-1", payment_id="p-1", amount_fen=200)
        with pytest.raises(GatewayRefused):
            gateway.refund(transfer_id="t-2", payment_id="p-1", amount_fen=201)
        gateway.refund(transfer_id="t-3", payment_id="p-1", amount_fen=200)
        lines = [(line.reference, line.amount_fen) for line in gateway.statement(since=NOW, until=NOW + 1)]
        assert sorted(lines) == [("p-1", 500), ("t-1", -300), ("t-3", -200)]
        assert gateway.statement(since=NOW + 1, until=NOW + 2) == []

    def test_the_same_payout_again_is_the_same(self, gateway: PaymentGateway) -> None:
        assert gateway.find_payout("o-1") is None
        for _ in range(2):
            paid = gateway.pay_out(payout_id="o-1", amount_fen=700, target=TARGET)
            assert (paid.payout_id, paid.state, paid.amount_fen) == ("o-1", GatewayState.PAID, 700)
        assert gateway.find_payout("o-1") == paid
        for amount_fen, target in ((701, TARGET), (700, dataclasses.replace(TARGET, number="62220202"))):
            with pytest.raises(GatewayRefused):
                gateway.pay_out(payout_id="o-1", amount_fen=amount_fen, target=target)
        lines = [(line.reference, line.kind, line.amount_fen) for line in gateway.statement(since=NOW, until=NOW + 1)]
        assert lines == [("o-1", "payout", -700)]

    def test_a_callback_tells_of_a_payout_as_well(self, gateway: PaymentGateway) -> None:
        gateway.pay_out(payout_id="o-1", amount_fen=700, target=TARGET)
        ((headers, body),) = self.notices(gateway)
        notice = gateway.read_notice(headers, body, now=NOW)
        assert (notice.payout_id, notice.payment_id) == ("o-1", "")
        with pytest.raises(NoticeForged):
            gateway.read_notice(headers, body.replace(b"o-1", b"o-2"), now=NOW)

    def test_a_callback_is_believed_when_it_is_its_own_and_fresh(self, gateway: PaymentGateway) -> None:
        gateway.charge(payment_id="p-1", amount_fen=500, subject="订单 1")
        self.pay(gateway, "p-1")
        ((headers, body),) = self.notices(gateway)
        assert gateway.read_notice(headers, body, now=NOW).payment_id == "p-1"
        forged = [
            (headers, body.replace(b"p-1", b"p-2"), NOW),
            ({**headers, "webhook-id": "n-2"}, body, NOW),
            ({**headers, "webhook-timestamp": str(NOW + 1)}, body, NOW),
            ({**headers, "webhook-signature": "v1,AAAA"}, body, NOW),
            ({**headers, "webhook-signature": ""}, body, NOW),
            ({**headers, "webhook-signature": "v1,中"}, body, NOW),
            ({}, body, NOW),
            (headers, body, NOW + 301),
            (headers, body, NOW - 301),
            (headers, b"", NOW),
        ]
        for wrong, content, now in forged:
            with pytest.raises(NoticeForged):
                gateway.read_notice(wrong, content, now=now)
