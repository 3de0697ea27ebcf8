"""What is left of phones and e-mails for who may not see them."""

import pytest

from c2d.core import emails, phones, veil


@pytest.mark.parametrize(("number", "left"), [
    ("+7 916 123-45-67", "+7 916 ***-**-67"), ("+79161234567", "+7916*****67"), ("8 (916) 123-45-67", "8 (916) ***-**-67"),
    ("1234567", "1****67"), ("123456", "****56"), ("12345", "***45"), ("1234", "****"), ("", ""),
])
def test_a_phone_keeps_its_beginning_and_two_digits(number, left):
    assert phones.masked(number) == left


@pytest.mark.parametrize(("address", "left"), [
    ("pavel@mail.ru", "p***@mail.ru"), ("a@b.example", "a***@b.example"), ("", "***"), ("nobody", "***"),
])
def test_an_address_keeps_its_first_letter_and_its_domain(address, left):
    assert emails.masked(address) == left


@pytest.mark.parametrize(("text", "left"), [
    ("Павел", "Павел"), ("Гость сайта 4821", "Гость сайта 4821"), ("@pavel_n", "@pavel_n"), ("Павел 12.08", "Павел 12.08"),
    ("Павел +7 916 123-45-67", "Павел +7 916 ***-**-67"), ("Иван89161234567", "Иван8916*****67"),
    ("[wa] 79161234567", "[wa] 7916*****67"), ("Аня, anya@mail.ru", "Аня, a***@mail.ru"),
    ("79161234567@c.us", "7***@c.us"),
])
def test_in_a_name_only_numbers_and_addresses_are_masked(text, left):
    assert veil.masked(text) == left


def test_where_nobody_is_known_to_read_all_is_hidden(app):
    with app.app_context():
        assert veil.hidden() and veil.phone("+79161234567") == "+7916*****67" and veil.covers("+79161234567")
