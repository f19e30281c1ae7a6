"""Mapping from front matter to Article: the rules of each field. The keys are in ``reader.content.dialects``."""

from reader.content.schema.build import build_article, placeholder_article

__all__ = ["build_article", "placeholder_article"]
