"""The reviewers' web pages. Importing the package loads nothing; see `bot.review.run`."""
