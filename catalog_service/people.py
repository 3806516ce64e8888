"""The deeds and reads of companies and people, put together."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from catalog_service.adapters.passwords import Argon2Passwords
from catalog_service.adapters.pictures.scans import CheckedScans
from catalog_service.adapters.sql.attempts import CountedAttempts
from catalog_service.adapters.totp import TotpCodes
from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.ports.mail import Mailer
from catalog_service.ports.pictures import PictureStore
from catalog_service.ports.sealing import SealedText
from catalog_service.reads.companies import CompanyReads
from catalog_service.use_cases.companies.add_address import AddAddress
from catalog_service.use_cases.companies.change_password import ChangePassword
from catalog_service.use_cases.companies.choose_language import ChooseLanguage
from catalog_service.use_cases.companies.claim_supplier import ClaimSupplier
from catalog_service.use_cases.companies.confirm_totp import ConfirmTotp
from catalog_service.use_cases.companies.create_key import CreateKey
from catalog_service.use_cases.companies.decide_verification import DecideVerification
from catalog_service.use_cases.companies.documents import Documents
from catalog_service.use_cases.companies.drop_totp import DropTotp
from catalog_service.use_cases.companies.end_sessions import EndSessions
from catalog_service.use_cases.companies.enrol_totp import EnrolTotp
from catalog_service.use_cases.companies.expire_verifications import ExpireVerifications
from catalog_service.use_cases.companies.give_code import GiveCode
from catalog_service.use_cases.companies.invite_again import InviteAgain
from catalog_service.use_cases.companies.invite_member import InviteMember
from catalog_service.use_cases.companies.issue_token import IssueToken
from catalog_service.use_cases.companies.make_admin_link import MakeAdminLink
from catalog_service.use_cases.companies.move_member import MoveMember
from catalog_service.use_cases.companies.move_staff import MoveStaff
from catalog_service.use_cases.companies.open_supplier import OpenSupplier
from catalog_service.use_cases.companies.read_notices import ReadNotices
from catalog_service.use_cases.companies.redeem_admin_link import RedeemAdminLink
from catalog_service.use_cases.companies.redeem_link import RedeemLink
from catalog_service.use_cases.companies.remove_address import RemoveAddress
from catalog_service.use_cases.companies.request_reset import RequestReset
from catalog_service.use_cases.companies.reseal_secrets import ResealSecrets
from catalog_service.use_cases.companies.revise_address import ReviseAddress
from catalog_service.use_cases.companies.revise_company import ReviseCompany
from catalog_service.use_cases.companies.revise_key import ReviseKey
from catalog_service.use_cases.companies.revise_member import ReviseMember
from catalog_service.use_cases.companies.revoke_key import RevokeKey
from catalog_service.use_cases.companies.rotate_key import RotateKey
from catalog_service.use_cases.companies.send_mails import SendMails
from catalog_service.use_cases.companies.sign_in import SignIn
from catalog_service.use_cases.companies.sign_up import SignUp
from catalog_service.use_cases.companies.submit_verification import SubmitVerification
from catalog_service.use_cases.companies.sweep_credentials import SweepCredentials
from catalog_service.use_cases.companies.withdraw_verification import WithdrawVerification
from catalog_service.use_cases.deeds import Deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Thread-safe; what is counted is counted in the record, for all processes."""

    reads: CompanyReads
    sign_up: SignUp
    redeem_link: RedeemLink
    sign_in: SignIn
    end_sessions: EndSessions
    change_password: ChangePassword
    choose_language: ChooseLanguage
    request_reset: RequestReset
    enrol_totp: EnrolTotp
    confirm_totp: ConfirmTotp
    give_code: GiveCode
    drop_totp: DropTotp
    reseal_secrets: ResealSecrets
    invite_member: InviteMember
    invite_again: InviteAgain
    revise_member: ReviseMember
    move_member: MoveMember
    revise_company: ReviseCompany
    open_supplier: OpenSupplier
    claim_supplier: ClaimSupplier
    add_address: AddAddress
    revise_address: ReviseAddress
    remove_address: RemoveAddress
    submit_verification: SubmitVerification
    withdraw_verification: WithdrawVerification
    documents: Documents
    decide_verification: DecideVerification
    expire_verifications: ExpireVerifications
    create_key: CreateKey
    revise_key: ReviseKey
    rotate_key: RotateKey
    revoke_key: RevokeKey
    issue_token: IssueToken
    make_admin_link: MakeAdminLink
    redeem_admin_link: RedeemAdminLink
    move_staff: MoveStaff
    read_notices: ReadNotices
    send_mails: SendMails
    sweep_credentials: SweepCredentials


def gather_people(
    engine: sa.Engine,
    *,
    deeds: Deeds,
    prohibited: ProhibitedWords,
    mailer: Mailer,
    site_url: str,
    seals: SealedText,
    scans: PictureStore,
) -> People:
    """Everything over one record. ``site_url``: where mails send their readers, without a slash at its end."""
    hasher, codes = Argon2Passwords(), TotpCodes()
    throttle = CountedAttempts(engine, clock=deeds.clock)
    return People(
        reads=CompanyReads(engine, clock=deeds.clock),
        sign_up=SignUp(deeds=deeds, throttle=throttle, prohibited=prohibited, site_url=site_url),
        redeem_link=RedeemLink(deeds=deeds, hasher=hasher),
        sign_in=SignIn(deeds=deeds, hasher=hasher, throttle=throttle),
        end_sessions=EndSessions(deeds=deeds),
        change_password=ChangePassword(deeds=deeds, hasher=hasher, throttle=throttle),
        choose_language=ChooseLanguage(deeds=deeds),
        request_reset=RequestReset(deeds=deeds, throttle=throttle, site_url=site_url),
        enrol_totp=EnrolTotp(deeds=deeds, codes=codes, seals=seals),
        confirm_totp=ConfirmTotp(deeds=deeds, codes=codes, seals=seals, throttle=throttle),
        give_code=GiveCode(deeds=deeds, codes=codes, seals=seals, throttle=throttle),
        drop_totp=DropTotp(deeds=deeds),
        reseal_secrets=ResealSecrets(deeds=deeds, seals=seals),
        invite_member=InviteMember(deeds=deeds, site_url=site_url),
        invite_again=InviteAgain(deeds=deeds, site_url=site_url),
        revise_member=ReviseMember(deeds=deeds),
        move_member=MoveMember(deeds=deeds),
        revise_company=ReviseCompany(deeds=deeds, prohibited=prohibited),
        open_supplier=OpenSupplier(deeds=deeds, prohibited=prohibited),
        claim_supplier=ClaimSupplier(deeds=deeds),
        add_address=AddAddress(deeds=deeds),
        revise_address=ReviseAddress(deeds=deeds),
        remove_address=RemoveAddress(deeds=deeds),
        submit_verification=SubmitVerification(deeds=deeds),
        withdraw_verification=WithdrawVerification(deeds=deeds),
        documents=Documents(deeds=deeds, checker=CheckedScans(), store=scans),
        decide_verification=DecideVerification(deeds=deeds),
        expire_verifications=ExpireVerifications(deeds=deeds),
        create_key=CreateKey(deeds=deeds),
        revise_key=ReviseKey(deeds=deeds),
        rotate_key=RotateKey(deeds=deeds),
        revoke_key=RevokeKey(deeds=deeds),
        issue_token=IssueToken(deeds=deeds),
        make_admin_link=MakeAdminLink(deeds=deeds, site_url=site_url),
        redeem_admin_link=RedeemAdminLink(deeds=deeds, hasher=hasher),
        move_staff=MoveStaff(deeds=deeds),
        read_notices=ReadNotices(deeds=deeds),
        send_mails=SendMails(deeds=deeds, mailer=mailer, host=urlsplit(site_url).hostname or "localhost"),
        sweep_credentials=SweepCredentials(deeds=deeds, throttle=throttle),
    )
