"""`/allocate` and `/portfolio` in a private chat, over the pure rules of `bot/allocation`.

The doors are `AllocateHandlers` (`dialogue`), `DetailHandlers` (`details`), `PortfolioHandlers`
(`portfolio`) and `Allocators` (`allocators`); they are imported from there, since the services that
the handlers work with hold the last.

    allocators.py   the rules in each language, and whether they are offered
    talk.py         where a dialogue stands; questions.py puts it into words and buttons
    dialogue.py     `/allocate`, its buttons and typed answers
    making.py       makes a result and keeps it in the journal; delivering.py sends it
    results.py      a result in words; sections.py and comparing.py what its buttons open
    details.py      those buttons
    kept.py         the profile that `/portfolio` compares with, out of the journal
    portfolio.py    `/portfolio`; holdings.py puts it into words
"""
