"""One's own profile as typed, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from c2d.core.errors import Refused
from c2d.core.text import one_line
from c2d.operators import profile
from c2d.operators.models import Operator

_READERS = {"first_name": profile.name_of, "last_name": lambda typed: one_line(typed, 60), "phone": profile.phone_of,
            "locale": profile.locale_of}


@dataclass
class ProfileForm:
    """`values` is what profile.change takes, where there are no errors."""

    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    locale: str = ""
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, operator: Operator) -> "ProfileForm":
        return cls(operator.first_name, operator.last_name, operator.phone, operator.locale)

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> "ProfileForm":
        form = cls(**{name: one_line(typed.get(name), 100) for name in _READERS})
        for name, read in _READERS.items():
            try:
                form.values[name] = read(getattr(form, name))
            except Refused as no:
                form.errors[name] = no.message
        return form
