"""Павел Никулин and his two dialogs, minute by minute: data only."""

NAME, LOGIN, COMMENT = "Павел Никулин", "aether_other", "Новая карточка"
TAMTAM_ID, TELEGRAM_ID = "909985175687", "707003957"
TAGS = ("Важный", "Лоялен", "VIP")
NUMBER = 677_830_474
TICKET = "TICK-1"  # named in the notes; belongs to the request as soon as tickets exist
MENU = "Пришлите интересующий вас пункт меню (демо).\nEnd — завершить этот чат"
BUTTONS = (("1 — Новости", "news"), ("2 — Наши офисы", "offices"), ("3 — Контакты", "contacts"))
PICKED = "contacts"
VOICE_SECONDS = 14
NAMED, COMMENTED, TAGGED = "12:40:20", "12:40:41", "12:41:37"

# when, who (client, admin, or a colleague's comment), words, status, problem
TELEGRAM = (
    ("12:38:05", "bot", MENU, "read", None),
    ("12:39:10", "client", "Здравствуйте", "", None),
    ("12:41:02", "admin", "Здравствуйте! Чем можем помочь?", "read", None),
    ("12:42:08", "voice", "", "", None),
    ("12:42:40", "client", "Хочу перенести доставку на пятницу, если это возможно.", "", None),
    ("12:43:15", "note", "Клиент уже писал нам в TamTam с номера 909985175687. Стоит привязать чаты.", "", None),
    ("12:44:03", "admin", "Да, пятница свободна: с 10:00 до 14:00 или с 16:00 до 20:00. Какое время удобнее?",
     "delivered", None),
    ("12:44:31", "admin", "Адрес прежний — Лесная, 7?", "failed", "Telegram временно недоступен"),
)
TAMTAM = """
< Добрый день, это Павел. Заказывал у вас лампу, пришла с царапиной
<photo: Вот здесь
> Здравствуйте, Павел! Заменим лампу бесплатно, курьер привезёт новую послезавтра.
< Спасибо, договорились
"""
