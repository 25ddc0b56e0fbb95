"""The conversation in Telegram. Its door is `run.run_bot`; importing this package loads no library.

python-telegram-bot still tells time spans in seconds unless asked for `timedelta`; asking for it
here, before the library is loaded, also keeps its deprecation warning out of every flood wait.
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")
