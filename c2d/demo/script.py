"""What the simulated client answers by itself, line by line, in the company's language."""

from flask_babel import gettext as _


def lines() -> list[str]:
    """In order; after the last one the client is quiet."""
    return [
        _("Thank you for the quick answer! And how long does the delivery take?"),
        _("Good. Can I pay by card when I get it?"),
        _("I see. Then I would like to order two, please."),
        _("My address is Lesnaya 7, flat 12. Shall I write the phone number too?"),
        _("Friday after 18:00 would suit me best."),
        _("Wonderful. Will the courier call before coming?"),
        _("Thank you, that is all. Have a nice day!"),
    ]
