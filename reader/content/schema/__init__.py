"""Mapping from front matter to Article: the rules for each field. The keys are in ``reader.content.dialects``."""

from reader.content.schema.build import build_article, placeholder_article
from reader.content.schema.parts import with_image_urls

__all__ = ["build_article", "placeholder_article", "with_image_urls"]
