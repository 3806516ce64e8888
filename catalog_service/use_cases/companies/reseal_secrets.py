"""What is sealed in the record, under the first of the keys: after a key was changed, before the former one goes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Subject
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.sealing import SealedText
from catalog_service.use_cases.companies.common import next_member
from catalog_service.use_cases.deeds import Deeds, leave_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ResealSecrets:
    """How many were sealed anew; each in a transaction of its own, so that nobody waits. May be run again at any time.
    ``SealBroken`` for one that no key opens: those before it are done."""

    deeds: Deeds
    seals: SealedText

    def __call__(self, *, request: DeedRequest) -> int:
        member_ids = self.deeds.store.write(lambda transaction: transaction.companies.with_second_factor())
        account_ids = self.deeds.store.write(lambda transaction: transaction.payouts.account_ids())
        secrets = sum(self._reseal(member_id, request.actor) for member_id in member_ids)
        return secrets + sum(self._reseal_number(account_id, request.actor) for account_id in account_ids)

    def _reseal_number(self, account_id: str, actor: str) -> bool:
        now = self.deeds.clock.now()

        def reseal(transaction: RecordTransaction) -> bool:
            account = transaction.payouts.account(account_id)
            if account is None or not self.seals.outdated(account.number_sealed):
                return False
            number = self.seals.open(account.number_sealed, whose=account_id)
            sealed = self.seals.seal(number, whose=account_id)
            after = dataclasses.replace(account, version=account.version + 1, number_sealed=sealed, changed_at=now)
            transaction.payouts.move_account(account, after)
            leave_receipt(
                transaction, Subject.PAYOUT_ACCOUNT, account_id, after.version, deed="reseal_secret", actor=actor,
                now=now,
            )  # fmt: skip
            return True

        return self.deeds.store.write(reseal)

    def _reseal(self, member_id: str, actor: str) -> bool:
        now = self.deeds.clock.now()

        def reseal(transaction: RecordTransaction) -> bool:
            member = transaction.companies.member(member_id)
            if member is None or not member.totp_secret or not self.seals.outdated(member.totp_secret):
                return False
            secret = self.seals.open(member.totp_secret, whose=member_id)
            changed = next_member(transaction, member, now=now, totp_secret=self.seals.seal(secret, whose=member_id))
            leave_receipt(
                transaction, Subject.MEMBER, member_id, changed.version, deed="reseal_secret", actor=actor, now=now
            )
            return True

        return self.deeds.store.write(reseal)
