"""Table of the known front-matter keys and the article fields they fill.

Keys are compared without case, ``-``, ``_``, ``:`` and spaces. A key with a dot is inside a mapping:
``taxonomies.tags``. Does not read values.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CHILDREN",
    "FIELDS",
    "GENERAL_PARENTS",
    "KEYS",
    "MERGED",
    "FieldKeys",
    "KeyPlace",
    "normalize_key",
]


class FieldKeys(Struct, frozen=True):
    """Field, its use, and its keys in order of precedence: the first one with a value wins."""

    field: str
    becomes: str
    keys: tuple[str, ...]


class KeyPlace(Struct, frozen=True):
    """Field that a key fills, and the key's rank among the keys of that field."""

    field: str
    rank: int


FIELDS: tuple[FieldKeys, ...] = (
    FieldKeys(
        "title",
        "the title; without one, the first heading, else the file name",
        (
            *("title", "headline", "name", "full_title", "post_title", "page_title", "linkTitle", "sidebar_label"),
            *("display_name", "nav_title", "sidebar_title", "menu_title", "short_title", "seoTitle", "og_title"),
            *("linter-yaml-title-alias", "kindle-sync.title", "标题"),
        ),
    ),
    FieldKeys(
        "excerpt",
        "the excerpt; without one, the first paragraph of the text",
        (
            *("excerpt", "summary", "description", "deck", "dek", "subtitle", "abstract", "standfirst", "lead", "lede"),
            *("synopsis", "teaser", "blurb", "tagline", "intro", "desc", "seoDescription", "meta_description"),
            *("og_description", "hook", "kicker", "spoiler", "tldr", "custom_excerpt", "摘要"),
        ),
    ),
    FieldKeys(
        "date",
        "the date of publication",
        (
            *("publishedDateTime", "published_at", "date", "datePublished", "pubDate", "publishDate", "published_on"),
            *("published_date", "pubDatetime", "publication_date", "publish_time", "publish_on", "ms.date", "datetime"),
            *(
                "date_posted",
                "posted_on",
                "posted",
                "issued",
                "post_date",
                "article_date",
                "article_published_time",
                "dc.date",
                "published_time",
                "upload_date",
                "announced",
                "announced_at",
                "announced_on",
                "date_announced",
                "disclosed",
                "disclosure_date",
                "date_disclosed",
                "decision_date",
                "meeting_date",
                "日期",
            ),
        ),
    ),
    FieldKeys("published", "the date of publication, or whether it is published (no: a draft)", ("published",)),
    FieldKeys(
        "created",
        "the date of publication, if there is no key for that",
        (
            *("date.created", "created", "created_at", "date created", "created_on", "creation_date", "created_time"),
            *("created_date", "create_date", "create_time", "cdate", "创建日期", "创建时间"),
        ),
    ),
    FieldKeys(
        "saved",
        "the date of publication, if there is no other; a note says that it is the date of saving",
        (
            *("date_saved", "saved_at", "saved", "date_added", "added_at", "added", "clipped", "clipped_at"),
            *("date_clipped", "captured", "date_archived", "highlighted_at", "kindle-sync.lastAnnotatedDate"),
            *(
                "fetched",
                "fetched_at",
                "fetch_date",
                "date_fetched",
                "scraped",
                "scraped_at",
                "retrieved",
                "retrieved_at",
            ),
            *(
                "retrieved_on",
                "date_retrieved",
                "accessed",
                "accessed_at",
                "access_date",
                "date_accessed",
                "imported_at",
            ),
            *(
                "archived_at",
                "ingested_at",
                "crawled_at",
                "downloaded_at",
                "bookmarked_at",
                "saved_date",
                "captured_at",
            ),
        ),
    ),
    FieldKeys(
        "updated",
        "the date of the last change",
        (
            *(
                "date.updated",
                "date.modified",
                "updatedDateTime",
                "updated",
                "updated_at",
                "lastmod",
                "modified",
                "modDatetime",
                "last_modified_at",
            ),
            *("last_modified", "date_modified", "modified_at", "updated_date", "date_updated", "last_updated"),
            *("updated_on", "modified_on", "modified_date", "mod_date"),
            *("last_update.date", "last_edited", "modified_time", "revised", "revision_date", "edited"),
            *("last_modified_date", "upd_date", "mdate", "last_edited_time", "last_edited_at", "post_modified"),
            *("article_modified_time", "更新时间"),
            *("modify_date", "modify_time", "update_date", "update_time"),
        ),
    ),
    FieldKeys(
        "original_url",
        "the URL of the original, which `o` opens; `source` and the like only if they are URLs",
        (
            *("originalUrl", "original", "original_link", "source_url", "source_link", "external_url", "external_link"),
            *("link", "link_url", "canonical_url", "canonical", "canonical_link", "article_url", "post_url"),
            *("citation.url", "wordpress_url", "blogger_orig_url", "tumblr_url", "medium_url", "substack_url"),
            *(
                "ghost_url",
                "devto_url",
                "hashnode_url",
                "url_source",
                "redirect_to",
                "external",
                "source",
                "via_url",
                "uri",
            ),
            *(
                "original_source",
                "syndicated_from",
                "bookmark_of",
                "clipped_from",
                "from_url",
                "origin_url",
                "web_page",
            ),
        ),
    ),
    FieldKeys(
        "web_url",
        "another URL of the article",
        ("webUrl", "url", "permalink", "page_url", "href", "html_url", "guid", "doi"),
    ),
    FieldKeys("place", "the address within the site, and a date in it", ("path", "permalink", "url", "slug")),
    FieldKeys("quality", "the quality score", ("quality", "score")),
    FieldKeys("heat", "the heat score", ("heat",)),
    FieldKeys(
        "topics",
        "topics; all of these keys count",
        (
            *("topics", "tags", "categories", "keywords", "tag", "topic", "subjects", "document_tags", "labels"),
            *("taxonomies.tags", "taxonomies.categories", "taxonomies.topics", "taxonomies.keywords", "hashtags"),
            *("taxonomy.tag", "taxonomy.tags", "taxonomy.category", "taxonomy.categories"),
            *("post_tag", "article_tags", "标签"),
        ),
    ),
    FieldKeys("category", "the category; several of them, or a single one without topics, are topics", ("category",)),
    FieldKeys("type", "the type, such as `article`", ("type", "content_type", "post_type")),
    FieldKeys(
        "authors",
        "authors",
        (
            *("author", "authors", "by", "byline", "author_name", "author_names", "creator", "creators", "writer"),
            *("written_by", "posted_by", "taxonomies.authors", "taxonomies.author", "provider.authors"),
            *("ms.author", "kindle-sync.author", "created_by", "作者"),
        ),
    ),
    FieldKeys("translators", "translators", ("translator", "translators", "translated_by", "translation_by")),
    FieldKeys("language", "the language", ("lang", "language", "locale", "taxonomies.languages")),
    FieldKeys(
        "provider",
        "the provider: its name, or its domain if it is a URL",
        (
            *("provider", "publisher", "publication", "site_name", "account", "source", "source_name", "site"),
            *("website", "source_title", "journal", "newspaper", "outlet", "container_title", "newsletter"),
            *("newsletter_name", "channel", "channel_name", "podcast", "show", "来源"),
        ),
    ),
    FieldKeys("draft", "whether it is a draft", ("draft", "is_draft")),
    FieldKeys("publish", "whether it is published (no: a draft)", ("publish",)),
    FieldKeys("status", "a draft, if it is `draft`, `private`, `pending` or the like", ("status", "visibility")),
    FieldKeys("secured", "whether it contains encrypted text", ("secured",)),
    FieldKeys(
        "images",
        "images with a URL",
        (
            *("images", "image", "cover", "featured_image", "feature_image", "primary_image", "thumbnail"),
            *("preview_image", "image_url", "cover_image", "cover_url", "hero", "hero_image", "banner", "banner_image"),
            *("header.image", "header.overlay_image", "header.teaser", "header.og_image", "og_image", "img", "thumb"),
            *(
                "social_image",
                "illustration",
                "photo",
                "photos",
                "picture",
                "poster",
                "lead_image",
                "top_image",
                "card_image",
            ),
            *("share_image", "twitter_image", "thumbnail_url", "image_src", "meta_image", "preview", "cover_img"),
            *("thumbnail_img", "share_img", "header_image", "header_img", "title_image", "teaser_image", "cover_photo"),
            *(
                "featured_photo",
                "featured_media",
                "featured.image",
                "lead_image_url",
                "hero_image_url",
                "cover_image_url",
            ),
            *("featured_image_url", "banner_url", "background", "background_image", "splash", "splash_image"),
            "kindle-sync.bookImageUrl",
        ),
    ),
    FieldKeys(
        "image_alt",
        "the description of the first image",
        ("image_alt", "image_alt_text", "cover_alt", "featured_image_alt", "hero_image_alt", "thumbnail_alt"),
    ),
    FieldKeys(
        "related",
        "related articles: by URL, or by path in the folder",
        (
            *("related", "items", "related_posts", "related_articles", "related_pages", "see_also", "links"),
            *("further_reading", "read_more", "read_next"),
        ),
    ),
    FieldKeys("related_path", "the path of a related article in the folder", ("path", "file")),
    FieldKeys("series", "the series", ("series", "taxonomies.series", "series_title", "series_name")),
    FieldKeys("feeds", "the feeds that the article is from", ("feed",)),
    FieldKeys("aliases", "other titles or URLs", ("aliases", "alias", "redirect_from", "redirects")),
    FieldKeys(
        "links",
        "links to files and other versions; all of these keys count",
        (
            *("actions", "ampWebUrl", "amp_url", "enclosure", "enclosures", "enclosure_url", "download_url"),
            *("download", "downloads", "audio", "audio_url", "podcast_url", "video", "video_url", "youtube", "pdf"),
            *("pdf_url", "slides", "slides_url", "github_repo", "repo", "repository", "project_url", "attachments"),
            *("youtube_url", "file", "audio_file", "audio_src", "mp3", "mp3_url", "episode_file", "video_file"),
        ),
    ),
    FieldKeys(
        "length",
        "the length, such as `28:59`",
        ("length", "duration", "reading_time", "read_time", "readtime_minutes", "runtime"),
    ),
    FieldKeys("price", "the price", ("price",)),
    FieldKeys("levels", "levels, such as `Beginner`", ("levels", "level", "difficulty")),
)

MERGED = frozenset({"topics", "links", "related", "provider"})
"""Fields that combine the values of all their keys."""

_LONGEST_CACHED = 64  # characters of a key
_IGNORED_IN_KEYS = str.maketrans("", "", "-_: ")


def normalize_key(key: str) -> str:
    """Return a key in the form used for comparison."""
    return _normalized(key) if len(key) <= _LONGEST_CACHED else key.translate(_IGNORED_IN_KEYS).lower()


@lru_cache(maxsize=1024)
def _normalized(key: str) -> str:
    return key.translate(_IGNORED_IN_KEYS).lower()


def _places() -> Mapping[str, tuple[KeyPlace, ...]]:
    found: dict[str, tuple[KeyPlace, ...]] = {}
    for entry in FIELDS:
        for rank, key in enumerate(entry.keys):
            name = normalize_key(key)
            found[name] = (*found.get(name, ()), KeyPlace(entry.field, rank))
    # Also add keys as spelled here and in lowercase, so that most lookups need no normalizing.
    spelled = {key: found[normalize_key(key)] for entry in FIELDS for key in (*entry.keys, *map(str.lower, entry.keys))}
    return found | spelled


KEYS: Mapping[str, tuple[KeyPlace, ...]] = _places()
"""Key, normalized or in a usual spelling → its fields."""

GENERAL_PARENTS: frozenset[str] = frozenset(
    {"extra", "params", "metadata", "meta", "seo", "opengraph", "og", "twitter"}
)
"""Normalized keys of mappings for a site's own values. Keys inside them rank after all others."""

# Fields whose keys mean something else inside those mappings.
_NOT_IN_GENERAL_PARENTS = frozenset(
    {"title", "type", "place", "provider", "related", "related_path", "length", "price", "levels", "status", "links"}
)
_GENERAL_RANK = 1_000


def _children() -> Mapping[str, Mapping[str, tuple[KeyPlace, ...]]]:
    general = {
        key: tuple(KeyPlace(place.field, place.rank + _GENERAL_RANK) for place in places)
        for key, places in KEYS.items()
        if not any(place.field in _NOT_IN_GENERAL_PARENTS for place in places)
    }
    found: dict[str, dict[str, tuple[KeyPlace, ...]]] = {}
    for key, places in KEYS.items():
        parent, dot, inner = key.partition(".")
        if dot:
            found.setdefault(normalize_key(parent), {})[normalize_key(inner)] = places
    return found | dict.fromkeys(GENERAL_PARENTS, general)


CHILDREN: Mapping[str, Mapping[str, tuple[KeyPlace, ...]]] = _children()
"""Normalized key of a mapping → normalized key inside it → its fields.

Keys in a mapping for a site's own values rank after all others.
"""
