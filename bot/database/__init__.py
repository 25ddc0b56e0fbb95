"""One database for every part: SQLite in HOME by default, PostgreSQL by its address.

The door of the package. Importing it costs no SQLAlchemy: that is loaded by what opens a database.
"""

from bot.database.opening import Database

__all__ = ["Database"]
