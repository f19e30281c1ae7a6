"""The tables of the index, and nothing else.

The index holds what lists, filters, sorts and counts need; bodies stay in their files. It is disposable: whoever finds
another ``VERSION`` in a file throws the file away; it changes with the tables, and with what is read from an article.
"""

from __future__ import annotations

__all__ = ["APPLICATION_ID", "FORGET_STAMPS", "LABEL_KINDS", "SCHEMA", "VERSION"]

APPLICATION_ID = 0x6E657773
VERSION = 8

LABEL_KINDS = ("topic", "author", "category", "type", "language")

# article is narrow, since filters and counts walk it; entry holds the text that only rows on the screen need.
#
# - path is the file's name below the folder as bytes (a name need not be UTF-8); it sorts as ties do.
# - an id is never used twice: the full-text rows of articles that are gone stay behind, and nothing may match them.
# - identity may hold such a path, so it is kept as bytes too.
# - label and provider have a row for each spelling, of which those with one key (name_key) are the same.
# - mark_key, address.url_key and mention.url_key are 64-bit hashes of canonical URLs (of the identity, for
#   a mark_key without URL).
# - words has an index of first letters, two of them: what begins with "th" is in most articles, and putting the lists
#   of all those words together would take as long as a person notices. The larger hash (bytes; SQLite's own is 1 MB)
#   pays for it when a folder is first read, and so does merging 64 of its parts at a time (SQLite's own way is 4, and
#   16 at the latest): with so many parts, a search takes no longer that anybody would notice.
# - newest_words has the words of the newest articles once more: see newest.py. Of an index that has them, newest says
#   since when, in one row.
# - published is in seconds since 1970 UTC; added, when the article first came into this index, likewise.
SCHEMA = """
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
    mark_key INTEGER NOT NULL,
    added INTEGER NOT NULL,
    published INTEGER,
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
    topic_count INTEGER NOT NULL,
    related_count INTEGER NOT NULL,
    image_count INTEGER NOT NULL,
    problem_count INTEGER NOT NULL
);
CREATE INDEX article_by_date ON article (published DESC, path);
CREATE INDEX article_by_quality ON article (quality DESC, published DESC, path);
CREATE INDEX article_by_provider ON article (provider_id, published);
CREATE INDEX article_by_mark ON article (mark_key);

CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    original_url TEXT NOT NULL,
    web_url TEXT NOT NULL,
    identity BLOB NOT NULL,
    topics TEXT NOT NULL,
    authors TEXT NOT NULL
);

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
CREATE INDEX mention_by_article ON mention (article_id);

CREATE TABLE plain (
    path BLOB PRIMARY KEY,
    mtime_ns INTEGER NOT NULL,
    size INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE problem (
    path BLOB NOT NULL,
    line INTEGER NOT NULL,
    field TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX problem_by_path ON problem (path);

CREATE VIRTUAL TABLE words USING fts5 (
    title, excerpt, body, provider, topics, authors, content='', tokenize='ascii', prefix='2'
);
INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
INSERT INTO words (words, rank) VALUES ('automerge', 64), ('crisismerge', 200);

CREATE TABLE newest (since INTEGER NOT NULL);
CREATE VIRTUAL TABLE newest_words USING fts5 (
    title, excerpt, body, provider, topics, authors, content='', tokenize='ascii', prefix='2'
);
"""

# After this every file counts as changed. The words go at once, those of articles long gone among them; the articles
# stay until their files are read, so that they keep the time they came.
FORGET_STAMPS = """
UPDATE article SET mtime_ns = -1;
UPDATE plain SET mtime_ns = -1;
INSERT INTO words (words) VALUES ('delete-all');
INSERT INTO newest_words (newest_words) VALUES ('delete-all');
DELETE FROM newest;
"""
