"""How Alembic runs a migration here: on the connection it is handed, within its transaction."""

from alembic import context

from bot.database.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    # SQLite's changes of tables can be taken back like any other, once Python's driver is told to
    # leave transactions alone; see bot/database/engine.py.
    transactional_ddl=True,
)
context.run_migrations()
