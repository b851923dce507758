"""Accounts that the committee service asks for: experts and pool managers (HB-107 to HB-116, W8)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock, live
from chassis.commands import check_version
from contracts.base import Actor, Command, Role, SecretAnswer
from contracts.errors import InvalidInput, NotAllowed, NotFound
from contracts.events import AccountKind
from contracts.identity import AccountAct, ExpertAccount, ExpertAccountRequest, HandedOver, OpenPoolAccount
from contracts.live import Topic
from services.identity import tree
from services.identity.operations.accounts import (
    account_of_person,
    grant,
    hand_over,
    new_person,
    open_account,
    person_with_document,
    reset,
    standing,
)
from services.identity.operations.organizations import login_name_faults, refuse_disabled
from services.identity.rules.people import judge_contacts, judge_document
from services.identity.rules.profile import AccountRules
from services.identity.tables import Account, AccountRole


class OpenExpertAccounts(Command):
    """The batch as a command, so that its repeat gives the same accounts."""

    experts: tuple[ExpertAccountRequest, ...]


class PoolManagement(Command):
    """A pool given to an account or taken from it."""

    account_id: UUID
    committee_id: UUID
    committee_code: str | None = None


class ExpertAccounts(SecretAnswer):
    """The accounts of a batch."""

    accounts: tuple[ExpertAccount, ...]

    def without_secrets(self) -> ExpertAccounts:
        return ExpertAccounts(
            accounts=tuple(account.model_copy(update={"activation_code": None}) for account in self.accounts)
        )


def open_expert_accounts(
    session: Session, *, command: OpenExpertAccounts, rules: AccountRules, demonstration: bool
) -> ExpertAccounts:
    """Open an account for each expert, or add the role to the account that the person has. All or none.

    Refuses: InvalidInput, with the place in the batch.
    """
    today = clock.today()
    judged = []
    faults = []
    for index, expert in enumerate(command.experts):
        pointer = f"/experts/{index}"
        contacts, contact_faults = judge_contacts(
            expert.real_name, mobile=expert.mobile, email=expert.email, pointer=pointer
        )
        number, document_faults = judge_document(
            expert.id_document_type,
            expert.id_document_no,
            accepted=rules.document_types,
            today=today,
            demonstration=demonstration,
            pointer=pointer,
        )
        judged.append((expert, contacts, number, pointer))
        faults += [*contact_faults, *document_faults]
    if faults:
        raise InvalidInput(faults=tuple(faults))
    # In one order, so that two batches with the same people cannot wait for each other in a circle.
    opened: dict[str, ExpertAccount] = {}
    for expert, contacts, number, pointer in sorted(judged, key=lambda entry: (entry[0].id_document_type, entry[2])):
        person = person_with_document(
            session, document_type=expert.id_document_type, number=number, contacts=contacts, pointer=pointer
        )
        account = account_of_person(session, person)
        code = None
        if account is None:
            account = open_account(session, person=person, kind=AccountKind.EXPERT)
            code = hand_over(session, account, rules=rules).activation_code
        else:
            live.announce(session, Topic.SESSION, account.id)
        grant(session, account, Role.EXPERT, None)
        audit.record(session, "role_granted", "account", account.id, role=Role.EXPERT)
        opened[pointer] = ExpertAccount(
            reference=expert.reference, account_id=account.id, person_id=person.id, activation_code=code
        )
    return ExpertAccounts(accounts=tuple(opened[pointer] for _, _, _, pointer in judged))


def open_pool_account(session: Session, *, command: OpenPoolAccount, rules: AccountRules) -> HandedOver:
    """A personal account to fill the pool of a committee. Refuses: NotFound, OrganizationDisabled, InvalidInput."""
    chain = tree.ancestor_rows(session, command.organization_id)
    if not chain:
        raise NotFound()
    refuse_disabled(chain)
    login_name = command.login_name.lower()
    contacts, faults = judge_contacts(command.real_name, mobile=command.mobile, email=None)
    faults = (*faults, *login_name_faults(login_name, pointer="/login_name"))
    if faults:
        raise InvalidInput(faults=faults)
    account = open_account(
        session,
        person=new_person(session, contacts),
        kind=AccountKind.POOL,
        login_name=login_name,
        home_id=command.organization_id,
    )
    _grant_pool(session, account, command.committee_id, command.committee_code)
    return hand_over(session, account, rules=rules)


def grant_pool_manager(session: Session, *, command: PoolManagement) -> None:
    """Let an account fill the pool of a committee; harmless when it may. Refuses: NotFound."""
    account = _locked(session, command.account_id)
    _grant_pool(session, account, command.committee_id, command.committee_code)
    account.version += 1
    live.announce(session, Topic.SESSION, account.id)


def revoke_pool_manager(session: Session, *, command: PoolManagement) -> None:
    """Take the pool of a committee from an account; harmless when it has it not. Refuses: NotFound."""
    account = _locked(session, command.account_id)
    session.execute(
        delete(AccountRole).where(
            AccountRole.account_id == account.id, AccountRole.committee_id == command.committee_id
        )
    )
    account.version += 1
    live.announce(session, Topic.SESSION, account.id)
    audit.record(session, "role_revoked", "account", account.id, committee_id=command.committee_id)


def reissue_activation(session: Session, *, actor: Actor, command: AccountAct, rules: AccountRules) -> HandedOver:
    """A new activation code for an expert or pool manager who is nothing else (HB-107, HB-110).

    Refuses: NotFound, NotAllowed.
    """
    account = _locked(session, command.account_id)
    roles = standing(session, account).roles
    if account.id == actor.account_id or roles not in ({Role.EXPERT}, {Role.POOL_MANAGER}):
        raise NotAllowed()
    check_version(account.version, command)
    return reset(session, account, rules=rules)


def _locked(session: Session, account_id: UUID) -> Account:
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound()
    return account


def _grant_pool(session: Session, account: Account, committee_id: UUID, committee_code: str | None) -> None:
    session.execute(
        insert(AccountRole)
        .values(
            profile=account.profile,
            account_id=account.id,
            role=Role.POOL_MANAGER.value,
            committee_id=committee_id,
            committee_code=committee_code,
        )
        .on_conflict_do_nothing()
    )
    if committee_code is not None:
        session.execute(
            update(AccountRole)
            .where(AccountRole.account_id == account.id, AccountRole.committee_id == committee_id)
            .values(committee_code=committee_code)
        )
    audit.record(session, "role_granted", "account", account.id, role=Role.POOL_MANAGER, committee_id=committee_id)
