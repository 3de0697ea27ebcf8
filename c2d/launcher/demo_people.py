"""Who works in the demo company, where clients reach it, and what they are called: data only."""

from typing import NamedTuple

COMPANY = "Ромашка (демо)"
TRAINEE = "Стажер"


class Person(NamedTuple):
    key: str
    base: str
    role_name: str | None
    first_name: str
    last_name: str
    email: str
    password: str
    phone: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


ADMIN, YURA, RYAN, CHRIS = "admin", "yura", "ryan", "chris"
OPERATORS = (
    Person(ADMIN, "administrator", None, "Главный", "Админ", "admin@demo.example", "romashka-admin", "+7111777"),
    Person(YURA, "operator", TRAINEE, "Юра", "Борисов", "yura@demo.example", "romashka-yura"),
    Person(RYAN, "supervisor", None, "Райан", "Гослинг", "ryan@demo.example", "romashka-ryan"),
    Person(CHRIS, "operator", None, "Кристофер", "Молтисанти", "chris@demo.example", "romashka-chris"),
)

# name: hue (tens of degrees)
TAGS = {"VIP": 6, "Лоялен": 14, "Важный": 1, "Опт": 22, "Возврат": 3, "Новый клиент": 19, "Постоянный": 28, "Спор": 33}

# fields of the company's own on the client card: label, kind, answers
FIELDS = (("№ заявки/договора", "text", ()),)

# Without an adapter a messenger cannot be connected yet: such accounts show history and are off.
NOT_YET = "В демо этот мессенджер только показывает переписку: подключить его пока нельзя"


class Place(NamedTuple):
    """A channel: the weight says how many of the clients write there."""

    key: str
    name: str
    account: str
    weight: int


CHANNELS = (
    Place("telegram", "Поддержка", "@romashka_demo_bot", 22),
    Place("tamtam", "Поддержка", "@romashka_tt", 3),
    Place("whatsapp", "Продажи", "+7 495 120-45-67", 12),
    Place("wa_cloud", "Уведомления", "+7 495 120-45-68", 4),
    Place("vk", "Сообщество", "romashka_shop", 6),
    Place("email", "Почта", "shop@demo.example", 5),
    Place("widget", "Сайт", "shop.demo.example", 6),
    Place("instagram", "Витрина", "@romashka.shop", 4),
    Place("viber", "Viber", "+7 495 120-45-69", 3),
    Place("sms", "СМС", "Romashka", 2),
    Place("avito", "Авито", "Ромашка", 2),
)
DEMO_CHANNEL = "Демо-канал"

# groups of operators: name, members with their skill, channels served
GROUPS = (
    ("Поддержка", {YURA: 60, CHRIS: 85}, ("telegram", "widget", "demo")),
    ("Продажи", {RYAN: 90, CHRIS: 40}, ("whatsapp", "instagram")),
)

NAMES = """
Ольга Синицына, Дмитрий Кравцов, Екатерина Белозёрова, Артём Соловьёв, Наталья Гусарова, Сергей Мельник,
Алина Зайцева, Игорь Потапов, Виктория Лапина, Максим Рыбаков, Светлана Орлова, Никита Журавлёв,
Юлия Тарасова, Андрей Кузьмин, Полина Ершова, Руслан Хабибуллин, Татьяна Голубева, Евгений Панин,
Ксения Воронцова, Константин Жилин, Дарья Маслова, Владимир Сорокин, Лейла Мамедова, Олег Черных,
Анастасия Крылова, Степан Ильин, Мария Фадеева, Григорий Лосев, Вероника Щукина, Пётр Ковалёв,
Елизавета Грекова, Денис Устинов, Камила Юсупова, Антон Беляков, Надежда Рябова, Филипп Корнеев,
Софья Кольцова, Вадим Быстров, ИП Громов А. С., ООО «Мастерская света», Emma Clarke, Daniel Weber,
Галина Осипова, Станислав Тихонов, Милана Дорохова, Арсений Нечаев, Людмила Пахомова, Глеб Сафонов,
Валерия Ким, Богдан Шевцов, Инна Рогова, Леонид Астахов
"""

LETTERS = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
                   "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch _ y _ e yu ya".split(), strict=True))


def login_of(name: str) -> str:
    """'Ольга Синицына' -> 'olga.sinitsyna'."""
    kept = (LETTERS.get(c, c if c.isalnum() and c.isascii() else "." if c == " " else "") for c in name.lower())
    return "".join(kept).replace("_", "").strip(".")
