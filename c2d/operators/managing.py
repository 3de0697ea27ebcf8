"""What one operator changes about another: data, role, groups, channels, limits."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from c2d.companies.settings import own
from c2d.core.audit import changed
from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.emails import normalise as normalised_email
from c2d.core.errors import Forbidden, Refused
from c2d.core.events import Event, emit
from c2d.core.i18n import LOCALES
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.phones import normalise, readable
from c2d.core.sql import Row, scoped
from c2d.core.text import full_name, one_line, whole_number
from c2d.operators import guarding, licence, memberships
from c2d.operators.adding import one_address_one_person
from c2d.operators.events import OperatorAccessChanged, OperatorChanged

MAX_LIMIT = 1000
_data = scoped("""
    UPDATE operators SET first_name = %(first_name)s, last_name = %(last_name)s, email = %(email)s, phone = %(phone)s,
           locale = %(locale)s
    WHERE company_id = %(company)s AND id = %(id)s""")
# The letter went to another address: whoever reads it there is not who is meant now.
_invitations_over = scoped("""
    UPDATE operator_invitations SET expires_at = %(now)s
    WHERE company_id = %(company)s AND operator_id = %(id)s AND accepted_at IS NULL AND expires_at > %(now)s""")
_role = scoped("UPDATE operators SET role_id = %(role)s WHERE company_id = %(company)s AND id = %(id)s")
_access = scoped("""
    UPDATE operators SET read_only = %(read_only)s, new_chats = %(new_chats)s
    WHERE company_id = %(company)s AND id = %(id)s""")
_limit = scoped("UPDATE operators SET dialog_limit = %(limit)s WHERE company_id = %(company)s AND id = %(id)s")


def data_of(form: Mapping[str, str]) -> dict[str, str]:
    """Checked values of the fields of a person; raises Invalid with a message for each field that is wrong."""
    errors = {}
    values = {name: one_line(form.get(name), 60) for name in ("first_name", "last_name")}
    values["email"] = normalised_email(form.get("email")) or ""
    typed = one_line(form.get("phone"), 40)
    number = normalise(typed, own().country) if typed else ""
    values["phone"] = readable(number) if number else ""
    values["locale"] = form.get("locale") or own().locale
    if not values["first_name"]:
        errors["first_name"] = _("A name is needed")
    if not values["email"]:
        errors["email"] = _("This does not look like an e-mail address")
    if number is None:
        errors["phone"] = _("This does not look like a phone number")
    if values["locale"] not in LOCALES:
        errors["locale"] = _("Choose a language from the list")
    if errors:
        raise Invalid(errors)
    return values


class Invalid(Refused):
    """Several fields are wrong: `errors` by field."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(errors.values()), next(iter(errors)))
        self.errors = errors


def set_data(operator_id: int, form: Mapping[str, str]) -> None:
    """Name, e-mail, phone, language. The address opens the account, so that it is guarded like the password."""
    target, values = guarding.held(operator_id), data_of(form)
    before, after = changed(target._asdict(), values)
    if not after:
        return
    if "email" in after:
        guarding.in_reach(target)
        if operator().staff_name:
            raise Forbidden(_("Technical access does not reach this far"))
        if operator_id == operator().id:  # there the password is asked for, and the new address
            raise Refused(_("Change your own e-mail under My account > Profile"), "email")
    with one_address_one_person():
        _data.run(id=operator_id, **values)
    if "email" in after:
        _invitations_over.run(id=operator_id, now=now())
    _tell(target._replace(first_name=values["first_name"], last_name=values["last_name"]), before, after)


def set_role(operator_id: int, role_id: int | None) -> None:
    target = guarding.held(operator_id)
    guarding.not_oneself(operator_id)
    if role_id == target.role_id:
        return
    guarding.in_reach(target)
    role = guarding.chosen_role(role_id)
    if role.base != ADMINISTRATOR:
        guarding.not_the_last(target)
        if target.base == ADMINISTRATOR and not target.blocked_at and not target.deleted_at:
            licence.seat()
    _role.run(id=operator_id, role=role.id)
    _tell_access(target, {"role": target.role_name or target.base}, {"role": role.name or role.base})


def set_access(operator_id: int, read_only: bool, new_chats: bool) -> None:
    """Only reading; only the chats that were given to them."""
    target = guarding.held(operator_id)
    guarding.not_oneself(operator_id)
    if (target.read_only and not read_only) or (new_chats and not target.new_chats):
        guarding.in_reach(target)
    if read_only and not target.read_only:
        guarding.not_the_last(target)
    _access.run(id=operator_id, read_only=read_only, new_chats=new_chats)
    _tell_access(target, {"read_only": target.read_only, "new_chats": target.new_chats},
                 {"read_only": read_only, "new_chats": new_chats})


def set_channels(operator_id: int, channel_ids: Sequence[int]) -> None:
    """The channels that they may serve; none of them: all."""
    target = guarding.held(operator_id)
    guarding.not_oneself(operator_id)
    guarding.may_serve(channel_ids)
    before, after = memberships.set_channels(operator_id, channel_ids)
    _tell_access(target, {"channels": before}, {"channels": after})


def set_groups(operator_id: int, skills: Mapping[int, int]) -> None:
    """The groups that they belong to, with their skill in each."""
    target = guarding.held(operator_id)
    before, after = memberships.set_groups(operator_id, skills)
    _tell(target, {"groups": before}, {"groups": after})


def set_limit(operator_id: int, typed: str) -> None:
    """Open chats at the same time; '' is as the company says."""
    target, limit = guarding.held(operator_id), whole_number(typed.strip())
    if typed.strip() and not (limit and limit <= MAX_LIMIT):
        raise Refused(_("A whole number from 1 to %(most)s, or nothing", most=MAX_LIMIT), "dialog_limit")
    _limit.run(id=operator_id, limit=limit)
    _tell(target, {"dialog_limit": target.dialog_limit}, {"dialog_limit": limit})


def _tell(target: Row, before: dict, after: dict, kind: type[Event] = OperatorChanged) -> None:
    before, after = changed(before, after)
    if after:
        emit(kind(operator_id=target.id, subject=full_name(target.first_name, target.last_name), before=before, after=after))


def _tell_access(target: Row, before: dict, after: dict) -> None:
    _tell(target, before, after, OperatorAccessChanged)
