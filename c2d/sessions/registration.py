"""Registering a company: with its roles and its first administrator, or not at all."""

from c2d.companies.registration import found
from c2d.core.db import in_transaction
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.tenancy import company
from c2d.operators import statuses
from c2d.operators.adding import add
from c2d.roles import builtin
from c2d.sessions import passwords
from c2d.sessions.login import start_session


def register(
    company_name: str, first_name: str, last_name: str, email: str, password: str, locale: str,
    ip: str = "", user_agent: str = "", **particulars,
) -> str:
    """Make the company and sign its administrator in: the token of the session.

    `particulars` are columns of Company. Refused("email") when the address is taken: the
    database decides, so of two at the same moment one wins.
    """
    passwords.check_rules(password, email, company_name)
    password_hash = passwords.make_hash(password)

    def work() -> str:
        with company(found(company_name, locale=locale, **particulars)):
            statuses.create()
            person = add(
                builtin.create()[ADMINISTRATOR], email, first_name,
                last_name=last_name, password_hash=password_hash, locale=locale,
            )
            return start_session(person.id, ip, user_agent)

    return in_transaction(work)
