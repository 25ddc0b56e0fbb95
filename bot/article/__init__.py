"""How the anchor article's claims stand today: counted, as a picture, and in words."""

from bot.article.standing import ArticleBoard, article_board

__all__ = ["ArticleBoard", "article_board"]
