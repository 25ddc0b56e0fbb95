"""A small Bot API server on loopback that refuses what Telegram refuses. The door: `FakeTelegram`.

    async with FakeTelegram().listening() as telegram:      # telegram.url, telegram.token
        ada = telegram.person(100, language="en")
        asked = await ada.write("What is the rate?")        # a private message, as an update
        await telegram.until(lambda: len(ada.inbox) == 1)   # messages of the bot as they stand now
        await ada.press(ada.inbox[0], "Useful")             # by the button's text
        await ada.edit(asked, "What was the rate?")         # what `write` returned
        found = await ada.ask_inline("copper")              # waits for the results
        team = telegram.group(-1001, "Team", forum=True)
        topic = team.add_topic("Tariffs")
        await ada.write("/ask ...", chat=team, topic=topic)
        telegram.trouble.flood(chat=100, retry_after=2)     # and others; see trouble.py

It covers what an independent server lacks (drafts, reactions, user edits, topics, 429, 5xx,
repeated delivery, most refusals); on what both do, the two are compared in
`tests/e2e/telegram/test_fake.py`. Messages read as Bot API objects; see `chats.py`.
"""

from tests.telegram_fake.chats import Chat, Message, Topic
from tests.telegram_fake.people import Person
from tests.telegram_fake.server import TOKEN, FakeTelegram

__all__ = ["TOKEN", "Chat", "FakeTelegram", "Message", "Person", "Topic"]
