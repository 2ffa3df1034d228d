"""A story as it leaves the room: pages, feeds, files."""

from yingzao.stories.exports.page import Parts, json_ld, parts_of, picture_address, picture_addresses

__all__ = ["Parts", "json_ld", "parts_of", "picture_address", "picture_addresses"]
