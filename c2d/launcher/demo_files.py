"""Small real files for the demo: a voice note, pictures, documents."""

import io
import math
import random
import wave

from PIL import Image, ImageDraw

RATE = 8000
PEAKS = 36


def voice(seconds: int, chance: random.Random) -> tuple[bytes, list[int]]:
    """A hum with the rhythm of speech as WAV, and the peaks (0 to 31) that its wave is drawn with."""
    peaks = [chance.choice((3, 8, 14, 20, 26, 31, 17, 10)) for _ in range(PEAKS)]
    samples = bytearray()
    length = seconds * RATE // PEAKS
    for peak in peaks:
        tone = chance.choice((110, 130, 150, 170))
        period = RATE // tone
        cycle = [math.sin(2 * math.pi * n / period) + 0.5 * math.sin(4 * math.pi * n / period) for n in range(period)]
        syllable = bytes(int(128 + 70 * peak / 31 * value) for value in cycle)
        samples += (syllable * (length // period + 1))[:length]
    return _wav(bytes(samples)), peaks


def _wav(samples: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(samples)
    return out.getvalue()


def picture(chance: random.Random) -> bytes:
    """A still life: a table, a wall and something on the table."""
    wall = tuple(chance.randint(170, 235) for _ in range(3))
    table = tuple(chance.randint(90, 150) for _ in range(3))
    thing = tuple(chance.randint(40, 220) for _ in range(3))
    image = Image.new("RGB", (720, 540), wall)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 360, 720, 540), fill=table)
    middle, width, height = chance.randint(260, 460), chance.randint(70, 130), chance.randint(140, 240)
    draw.ellipse((middle - width, 400, middle + width, 460), fill=tuple(c // 2 for c in table))
    draw.rounded_rectangle((middle - width // 2, 430 - height, middle + width // 2, 430), 36, fill=thing)
    draw.ellipse((middle - width // 2, 415 - height, middle + width // 2, 445 - height), fill=tuple(c // 2 for c in thing))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def document(title: str) -> bytes:
    """A page that any PDF reader opens; `title` in Latin letters."""
    text = f"BT /F1 20 Tf 72 760 Td ({title}) Tj ET".encode("ascii", "ignore")
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    out += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
