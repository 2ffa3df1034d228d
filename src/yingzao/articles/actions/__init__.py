"""Taking articles in, and writing them here."""

from yingzao.articles.actions.importing import import_article
from yingzao.articles.actions.writing import (
    NewPicture,
    PictureWords,
    add_picture,
    edit_article,
    write_article,
)

__all__ = ["NewPicture", "PictureWords", "add_picture", "edit_article", "import_article", "write_article"]
