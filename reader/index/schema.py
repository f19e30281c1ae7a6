"""Schema of the index database.

The index holds what lists, filters, sorting and counts need; bodies stay in their files. It is disposable: a file with
another ``VERSION`` is discarded. ``VERSION`` changes with the tables, and with what is read from an article.
"""

from __future__ import annotations

from reader.index.text import TEXT_INDEX, wordless

__all__ = ["APPLICATION_ID", "FORGET_STAMPS", "SCHEMA", "VERSION"]

APPLICATION_ID = 0x6E657773
VERSION = 29
_FORGET_UNCHANGED = "".join(
    f"CREATE TRIGGER {table}_{name} AFTER {event} ON {table} WHEN EXISTS (SELECT 1 FROM unchanged) "
    "BEGIN DELETE FROM unchanged; END;\n"
    for table in ("article", "plain")
    for name, event in (("added", "INSERT"), ("changed", "UPDATE OF mtime_ns, size, change"), ("removed", "DELETE"))
)

# article is narrow, since filters and counts scan it; entry holds the text that only visible rows need.
#
# - path is the file's name below the folder, as bytes (a name need not be valid UTF-8); ties in sorting are ordered by
#   it.
# - An ID is never reused: the full-text rows of removed articles stay, and must not match a new article.
# - title_key is the folded title, or NULL if SQLite's lower() does the same; web_url is NULL if it is the original_url.
# - mentions has the keys of the article's rows in mention, 8 bytes each, with which they are deleted.
# - identity can contain such a path, so it is also stored as bytes.
# - label and provider have one row per spelling; rows with the same key (name_key) are the same label or provider.
# - mark_key is the record of the article's marks, and identity its name (reader.marks); each article has its own.
# - trait has the hashes that identify an article when its file moves (reader.marks.Traits).
# - folder has one row: the real path of the content folder, and the articles and the places of the marks, each up to an
#   ID, that were compared with each other (records.py); changes grows with every change of articles but their words.
# - address.url_key and mention.url_key are 64-bit hashes of canonical URLs: those of an article, and those it links to.
# - name.key and link.key are 64-bit hashes of names (reader.links.name_key): those of an article, and those in its
#   links to other files; target is such a link as written.
# - unchanged has pieces of the folder that the last sync found unchanged, by the digest of their files' paths and
#   stamps, with the IDs of their articles (plan.py). A change of article or plain deletes all of them.
# - newest has one row with the cutoff of the newest articles, or none if there are none: see text/recent.py.
# - wordless has one row while words are missing: see text/wordless.py.
# - published, updated and added are in seconds since 1970 UTC; added is when the article was first added to this index.
#   A date without a time (published_date_only, updated_date_only) is its midnight UTC.
SCHEMA = f"""
CREATE TABLE provider (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    name_key TEXT NOT NULL,
    UNIQUE (name, domain)
);
CREATE INDEX provider_by_name ON provider (name_key);

CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (kind, key, name)
);

CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    mtime_ns INTEGER NOT NULL,
    size INTEGER NOT NULL,
    change INTEGER NOT NULL,
    mark_key INTEGER NOT NULL,
    added INTEGER NOT NULL,
    published INTEGER,
    updated INTEGER,
    published_date_only INTEGER NOT NULL,
    updated_date_only INTEGER NOT NULL,
    quality REAL,
    heat REAL,
    provider_id INTEGER REFERENCES provider,
    category_id INTEGER REFERENCES label,
    type_id INTEGER REFERENCES label,
    language_id INTEGER REFERENCES label,
    draft INTEGER NOT NULL,
    secured INTEGER NOT NULL,
    unreadable INTEGER NOT NULL,
    has_url INTEGER NOT NULL,
    body_size INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    topic_count INTEGER NOT NULL,
    related_count INTEGER NOT NULL,
    image_count INTEGER NOT NULL,
    problem_count INTEGER NOT NULL
);
CREATE INDEX article_by_date ON article (published DESC, path, published_date_only);
CREATE INDEX article_by_quality ON article (quality DESC, published DESC, path);
CREATE INDEX article_by_provider ON article (provider_id, published);
CREATE INDEX article_by_mark ON article (mark_key);

CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    title_key TEXT,
    excerpt TEXT NOT NULL,
    original_url TEXT NOT NULL,
    web_url TEXT,
    identity BLOB NOT NULL,
    topics TEXT NOT NULL,
    authors TEXT NOT NULL,
    translators TEXT NOT NULL,
    series TEXT NOT NULL,
    feeds TEXT NOT NULL,
    mentions BLOB NOT NULL
);

CREATE TABLE trait (
    id INTEGER PRIMARY KEY,
    url INTEGER,
    page INTEGER,
    content INTEGER,
    text INTEGER,
    said INTEGER
);

CREATE TABLE folder (
    root BLOB NOT NULL,
    settled INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    changes INTEGER NOT NULL
);
INSERT INTO folder VALUES (x'', 0, 0, 0);

CREATE TABLE article_label (
    label_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (label_id, article_id)
) WITHOUT ROWID;
CREATE INDEX label_by_article ON article_label (article_id, label_id);

CREATE TABLE address (
    url_key INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (url_key, article_id)
) WITHOUT ROWID;
CREATE INDEX address_by_article ON address (article_id);

CREATE TABLE mention (
    url_key INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (url_key, article_id)
) WITHOUT ROWID;

CREATE TABLE name (
    key INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (key, article_id)
) WITHOUT ROWID;
CREATE INDEX name_by_article ON name (article_id);

CREATE TABLE link (
    key INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (key, article_id, target)
) WITHOUT ROWID;
CREATE INDEX link_by_article ON link (article_id);

CREATE TABLE plain (
    path BLOB PRIMARY KEY,
    mtime_ns INTEGER NOT NULL,
    size INTEGER NOT NULL,
    change INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE reading (options TEXT NOT NULL);

CREATE TABLE problem (
    path BLOB NOT NULL,
    line INTEGER NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    args TEXT NOT NULL
);
CREATE INDEX problem_by_path ON problem (path);

CREATE TABLE unchanged (digest BLOB PRIMARY KEY, ids BLOB NOT NULL) WITHOUT ROWID;
{_FORGET_UNCHANGED}
CREATE TABLE newest (since INTEGER NOT NULL);
CREATE TABLE wordless (first INTEGER NOT NULL);
{TEXT_INDEX.schema}"""

# After this, every file counts as changed. The full-text rows are deleted immediately, including those of articles
# removed long ago; the articles stay until their files are read, so that they keep the time they were added.
FORGET_STAMPS = f"""
UPDATE article SET mtime_ns = -9223372036854775808;
UPDATE plain SET mtime_ns = -9223372036854775808;
DELETE FROM newest;
{TEXT_INDEX.reset}
{wordless.DEFER_ALL}"""
