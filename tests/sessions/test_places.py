import pytest
from flask_babel import force_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from c2d import config
from c2d.sessions import places
from tests.sessions.conftest import sessions_of

GARBAGE = ["", "unknown", "300.1.1.1", "x" * 5000, "1.2.3.4:5678", "<script>", "127.0.0.1\x00", "[::1]:443", "::ffff:999.1.1.1",
           "fe80::1%" + "e" * 200, "' OR 1=1 --", "0x7f.1", "Б" * 100]


@pytest.mark.parametrize(("address", "country"), [
    ("77.88.8.8", "RU"), ("8.8.8.8", "US"), ("85.105.1.1", "TR"), ("2a02:6b8::feed:0ff", "RU"), ("::ffff:77.88.8.8", "RU"),
    ("192.168.0.1", "local"), ("10.1.2.3", "local"), ("127.0.0.1", "local"), ("::1", "local"), ("fe80::1", "local"),
    ("100.64.0.1", "local"), ("240.0.0.1", "local"), ("9999::1", ""), ("garbage", ""),
])
def test_an_address_has_a_country(app, address, country):
    with app.app_context():
        assert places.of(address) == places.Place(country)


def test_the_table_is_read_once_in_a_process(app):
    with app.app_context():
        places.of("8.8.8.8")
        before = places._countries.cache_info().misses
        places.of("77.88.8.8")
    assert places._countries.cache_info().misses == before == 1


def test_a_place_is_called_in_the_readers_language(app):
    with app.test_request_context():
        with force_locale("ru"):
            assert places.words("TR", "Стамбул") == "Стамбул, Турция"
            assert (places.words("local"), places.words("")) == ("локальная сеть", "неизвестно")
        with force_locale("en"):
            assert (places.words("RU"), places.words("local"), places.words("")) == ("Russia", "local network", "unknown")


class CityFile:
    def get(self, ip):
        names = {"en": "Istanbul", "ru": "Стамбул"}
        return {"country": {"iso_code": "TR"}, "city": {"names": names}} if ip.version == 4 else None


def test_a_city_file_adds_the_city_and_the_table_stays_for_the_rest(app, monkeypatch):
    monkeypatch.setitem(app.config, "GEOIP_DB", "/geo/city.mmdb")
    monkeypatch.setattr(places, "_file", lambda path: CityFile())
    with app.app_context():
        assert places.of("8.8.8.8", "ru") == places.Place("TR", "Стамбул")
        assert places.of("8.8.8.8", "de") == places.Place("TR", "Istanbul")
        assert places.of("2a02:6b8::feed:0ff", "ru") == places.Place("RU")
        assert places.of("192.168.0.1", "ru") == places.Place("local")


def test_a_broken_city_file_keeps_nobody_out(app, monkeypatch):
    monkeypatch.setitem(app.config, "GEOIP_DB", "/no/such/file.mmdb")
    with app.app_context():
        assert places.of("8.8.8.8") == places.Place()


@pytest.mark.parametrize("kind", ["missing", "no database", "folder"])
def test_a_wrong_city_file_stops_the_start_with_a_sentence(monkeypatch, tmp_path, kind):
    path = tmp_path / "city.mmdb"
    if kind == "no database":
        path.write_text("nothing of the kind")
    if kind == "folder":
        path.mkdir()
    monkeypatch.setenv("GEOIP_DB", str(path))
    with pytest.raises(config.WrongSetting, match="GEOIP_DB names a city file"):
        config.city_file()


def test_without_a_proxy_nobody_chooses_their_address(browser, cast, with_password):
    data = {"email": cast.vera.email, "password": with_password}
    browser.post("/login", data=data, headers={"X-Forwarded-For": "77.88.8.8"})
    [session] = sessions_of(cast.vera)
    assert (session.ip, session.country) == ("127.0.0.1", "local")


@pytest.fixture
def proxied(app, monkeypatch):
    """A browser that comes through a proxy which the instance trusts, as create_app does with TRUST_PROXY."""
    monkeypatch.setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1))
    return app.test_client()


def test_behind_a_proxy_the_last_address_counts(proxied, cast, with_password):
    data = {"email": cast.vera.email, "password": with_password}
    proxied.post("/login", data=data, headers={"X-Forwarded-For": "8.8.8.8, 77.88.8.8"})
    [session] = sessions_of(cast.vera)
    assert (session.ip, session.country) == ("77.88.8.8", "RU")


@pytest.mark.parametrize("address", GARBAGE)
def test_behind_a_proxy_garbage_is_kept_short_and_harmless(proxied, cast, with_password, address):
    data = {"email": cast.vera.email, "password": with_password}
    answer = proxied.post("/login", data=data, environ_overrides={"HTTP_X_FORWARDED_FOR": address})
    assert answer.status_code == 303
    [session] = sessions_of(cast.vera)
    assert len(session.ip) <= 45 and "\x00" not in session.ip
    page = proxied.get("/account/sessions", environ_overrides={"HTTP_X_FORWARDED_FOR": address})
    assert page.status_code == 200 and "<script>'" not in page.text
