"""A picture of a receipt, drawn anew at each loading: what the bakery shows for its oven."""

from __future__ import annotations

import datetime as dt
import io

from PIL import Image, ImageDraw

PAPER, INK = (250, 248, 240), (40, 40, 48)
WIDTH, HEIGHT, LINE = 480, 400, 28


def oven_receipt(on: dt.date) -> bytes:
    """A PNG with the lines of a receipt of this day."""
    lines = (
        "KNOLL & DAUGHTER, USED BAKERY EQUIPMENT",
        "14 Weir Lane, Port Alder",
        "",
        f"Date: {on.isoformat()}",
        "1 deck oven, two decks, overhauled   7,100.00",
        "Delivery and setting up                800.00",
        "",
        "Total                                7,900.00",
        "Paid with thanks.",
    )
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((32, 40 + number * LINE), line, fill=INK)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
