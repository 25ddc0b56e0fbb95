"""Pictures for a phone: a font with Japanese glyphs, colours told apart by everyone, PNG bytes.

Nothing here imports matplotlib until a picture is asked for, and no global drawing state is kept.
"""

from bot.pictures.looks import DARK, LIGHT, LOOKS, Look, LookName
from bot.pictures.painting import HEIGHT, WIDTH, paint

__all__ = ["DARK", "HEIGHT", "LIGHT", "LOOKS", "WIDTH", "Look", "LookName", "paint"]
