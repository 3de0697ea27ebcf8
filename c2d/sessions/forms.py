"""What people type before they are signed in."""

from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from c2d.core.errors import Refused
from c2d.core.text import one_line
from c2d.sessions import passwords


def read_email(values) -> str:
    return one_line(values.get("email"), 254)


@dataclass
class RegistrationForm:
    company_name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    password: str = field(default="", repr=False)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values) -> "RegistrationForm":
        form = cls(
            one_line(values.get("company_name"), 120), one_line(values.get("first_name"), 60),
            one_line(values.get("last_name"), 60), read_email(values), values.get("password", ""),
        )
        form._check()
        return form

    def _check(self) -> None:
        if not self.company_name:
            self.errors["company_name"] = _("Give the company a name")
        if not self.first_name:
            self.errors["first_name"] = _("A name is needed")
        try:
            self.email = validate_email(self.email, check_deliverability=False).normalized
        except EmailNotValidError:
            self.errors["email"] = _("This does not look like an e-mail address")
        try:
            passwords.check_rules(self.password, self.email, self.company_name)
        except Refused as no:
            self.refuse(no)

    def refuse(self, no: Refused) -> None:
        """Put a refusal beside its field."""
        self.errors[no.field or ""] = no.message

    def values(self) -> dict:
        """What registration.register takes."""
        return {
            "company_name": self.company_name, "first_name": self.first_name, "last_name": self.last_name,
            "email": self.email, "password": self.password,
        }
