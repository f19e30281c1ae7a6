"""Table of all commands, arguments and options.

The parser, the shell completion script and docs/cli.md are generated from it. Does not run commands.
"""

from __future__ import annotations

from reader.cli.spec.model import Argument, Command, CommandExample, Option, PathKind

__all__ = [
    "COMMANDS",
    "DEFAULT_COMMAND",
    "Argument",
    "Command",
    "CommandExample",
    "Option",
    "PathKind",
    "find_command",
]


_DEFAULT = "(default: `content` in the config file)"
_CONTENT = Argument(
    "content", f"folder of articles, or a single file {_DEFAULT}", required=False, path_kind=PathKind.FOLDER
)
_FOLDER = Argument("content", f"folder of articles {_DEFAULT}", required=False, path_kind=PathKind.FOLDER)
_ANY_QUERY = Argument(
    "query", "query that selects articles, see docs/query.md (default: all)", many=True, required=False
)
_SOME_QUERY = Argument("query", "query that selects articles, see docs/query.md", many=True)
_CACHED = Option("cached", "use the existing index; do not check for changed files")
_ONLY_FRONT_MATTER = Option("only-front-matter", "ignore files without front matter, like the setting")
_LIMIT = Option("limit", "maximum number of results", value="N")

DEFAULT_COMMAND = Command(
    "",
    "open the TUI",
    "Open the TUI. CONTENT defaults to `content` in the config file, or the current directory. QUERY sets the initial "
    "filter. For a folder named like a command, write ./list.",
    (
        Argument("content", "folder of articles, or a single file", required=False, path_kind=PathKind.FOLDER),
        _ANY_QUERY,
    ),
    (Option("fresh", "ignore the saved session"), _ONLY_FRONT_MATTER),
    examples=(
        CommandExample("newsreader ./content", "open a folder"),
        CommandExample("newsreader ./content is:unread sort:quality", "unread articles, best first"),
    ),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "list",
        "list articles",
        "List articles matching a query, newest first by default.",
        (_CONTENT, _ANY_QUERY),
        (
            Option(
                "format",
                "output format",
                value="FORMAT",
                choices=("table", "json", "jsonl", "tsv", "paths", "urls"),
                default="table",
            ),
            _LIMIT,
            Option("sort", "sort keys, e.g. quality,-date; overrides sort: in the query", value="KEYS"),
            _CACHED,
            _ONLY_FRONT_MATTER,
        ),
        (
            CommandExample("newsreader list ./content climate policy", "articles with both words"),
            CommandExample(
                "newsreader list ./content topic:AI -crypto 'quality>=70' --limit 20", "the 20 newest good AI articles"
            ),
            CommandExample(
                "newsreader list ./content since:7d --sort quality --format json", "the past week as JSON, best first"
            ),
        ),
    ),
    Command(
        "count",
        "count articles",
        "Print the number of matching articles.",
        (_CONTENT, _ANY_QUERY),
        (_CACHED, _ONLY_FRONT_MATTER),
        (CommandExample("newsreader count ./content is:unread", "number of unread articles"),),
    ),
    Command(
        "topics",
        "count articles by topic, provider, category, author or year",
        "Count matching articles per value of a field, most frequent first.",
        (_CONTENT, _ANY_QUERY),
        (
            Option(
                "by",
                "field to group by",
                value="FIELD",
                choices=("topic", "provider", "category", "author", "year"),
                default="topic",
            ),
            Option(
                "format",
                "output format",
                value="FORMAT",
                choices=("table", "json", "jsonl", "tsv"),
                default="table",
            ),
            _LIMIT,
            _CACHED,
            _ONLY_FRONT_MATTER,
        ),
        (
            CommandExample(
                "newsreader topics ./content since:30d --by provider", "articles per provider in the last 30 days"
            ),
        ),
    ),
    Command(
        "show",
        "print one article",
        "Print one article with all its fields; on a terminal, in color and through $PAGER. If ARTICLE is the path of "
        "an existing file, omit CONTENT.",
        (_CONTENT, Argument("article", "path in the folder, or URL")),
        (
            Option("format", "output format", value="FORMAT", choices=("text", "json"), default="text"),
            _CACHED,
            _ONLY_FRONT_MATTER,
        ),
        (
            CommandExample("newsreader show ./content 2021/cities.md", "article by path"),
            CommandExample("newsreader show ./content/2021/cities.md", "article by file, in any folder"),
        ),
    ),
    Command(
        "open",
        "open articles in the browser",
        "Open matching articles in the browser. More than 10 require --yes.",
        (_CONTENT, _SOME_QUERY),
        (Option("yes", "open any number of articles"), _CACHED, _ONLY_FRONT_MATTER),
        (CommandExample("newsreader open ./content is:starred limit:3", "the three newest starred articles"),),
    ),
    Command(
        "mark",
        "mark articles as read, starred or read later",
        "Set or clear a mark on matching articles. Article files are never modified.",
        (_CONTENT, _SOME_QUERY),
        (
            Option("read", "mark as read", group="mark"),
            Option("unread", "mark as unread", group="mark"),
            Option("star", "add star", group="mark"),
            Option("unstar", "remove star", group="mark"),
            Option("later", "add to read later", group="mark"),
            Option("not-later", "remove from read later", group="mark"),
            _CACHED,
            _ONLY_FRONT_MATTER,
        ),
        (CommandExample("newsreader mark ./content before:2021 --read", "mark everything before 2021 as read"),),
    ),
    Command(
        "marks",
        "export or import marks",
        "Export marks as JSON Lines, or import them. The most recent change wins, so importing a file twice is safe.",
        (
            Argument("action", "export or import", choices=("export", "import")),
            Argument("file", "file to import (default: standard input)", required=False, path_kind=PathKind.FILE),
        ),
        examples=(
            CommandExample("newsreader marks export > marks.jsonl", "back up marks"),
            CommandExample(
                "ssh host newsreader marks export | newsreader marks import", "import marks from another machine"
            ),
        ),
    ),
    Command(
        "check",
        "report problems in files",
        "Print errors and warnings as path:line: level: field: message (line 0 = entire file). Exit with status 1 if "
        "there are any.",
        (_CONTENT,),
        (
            Option("all", "also list notes and files that are not articles"),
            Option("format", "output format", value="FORMAT", choices=("text", "json"), default="text"),
            _CACHED,
            _ONLY_FRONT_MATTER,
        ),
        (CommandExample("newsreader check ./content", "list all problems"),),
    ),
    Command(
        "index",
        "update the index",
        "Update the index ahead of time, e.g. from cron. The other commands and the TUI do this automatically.",
        (_CONTENT,),
        (Option("rebuild", "read every file again, even if unchanged"), _ONLY_FRONT_MATTER),
        (CommandExample("newsreader index ./content --rebuild", "rebuild the index (marks are kept)"),),
    ),
    Command(
        "subscribe",
        "subscribe to a feed",
        "Add a feed to feeds.toml in the folder. ADDRESS is the URL of a feed, or of a page that has one (also on "
        "YouTube, Reddit, Mastodon, Hacker News, GitHub and Substack). If a page has several feeds, ask which one; "
        "without a terminal, list them and exit with status 2.",
        (_FOLDER, Argument("address", "URL of a feed or page")),
        (
            Option("title", "name of the feed (default: its own)", value="TITLE"),
            Option("topics", "topics for all its articles, separated by commas", value="TOPICS"),
            Option("folder", "folder of its articles within CONTENT", value="FOLDER"),
        ),
        (
            CommandExample("newsreader subscribe ./content https://jvns.ca", "the feed of a blog"),
            CommandExample(
                "newsreader subscribe ./content https://github.com/python/cpython --topics Python",
                "releases of a project",
            ),
        ),
    ),
    Command(
        "unsubscribe",
        "unsubscribe from a feed",
        "Remove a feed from feeds.toml. Its articles stay.",
        (_FOLDER, Argument("address", "URL or title of the feed, or part of it")),
        examples=(CommandExample("newsreader unsubscribe ./content jvns.ca", "feed by part of its URL"),),
    ),
    Command(
        "feeds",
        "list subscriptions",
        "List the subscribed feeds with number of articles, articles of the last 30 days, last success, next fetch and "
        "error. Exit with status 1 if there are none.",
        (_FOLDER,),
        (Option("format", "output format", value="FORMAT", choices=("table", "json", "jsonl"), default="table"),),
        (CommandExample("newsreader feeds ./content --format jsonl", "subscriptions for scripts"),),
    ),
    Command(
        "fetch",
        "fetch new articles from feeds",
        "Fetch the feeds that are due and write their new articles as Markdown files. Exit with status 1 if a feed "
        "failed.",
        (
            _FOLDER,
            Argument("feed", "URLs or titles of feeds, or parts of them (default: all)", many=True, required=False),
        ),
        (
            Option("dry-run", "show what would be written; write nothing"),
            Option("force", "also fetch feeds that are not due, except from hosts that asked to wait"),
            Option("quiet", "print only failures, e.g. in cron"),
        ),
        (
            CommandExample("newsreader fetch ./content", "fetch the feeds that are due"),
            CommandExample("newsreader fetch ./content jvns.ca --dry-run", "what one feed would write"),
        ),
    ),
    Command(
        "rules",
        "show what the feed rules would drop",
        "Show which existing articles the keep and drop rules in feeds.toml would have dropped. Exit with status 1 if "
        "there are no rules.",
        (_FOLDER,),
        examples=(CommandExample("newsreader rules ./content", "try rules before the next fetch"),),
    ),
    Command(
        "import",
        "subscribe to the feeds of an OPML file",
        "Subscribe to all feeds of an OPML file; its folders become topics.",
        (_FOLDER, Argument("file", "OPML file (default: standard input)", required=False, path_kind=PathKind.FILE)),
        examples=(
            CommandExample("newsreader import ./content subscriptions.opml", "take over the feeds of another reader"),
        ),
    ),
    Command(
        "export",
        "write subscriptions as OPML",
        "Write the subscriptions as OPML, each feed in a folder named after its first topic.",
        (_FOLDER,),
        examples=(
            CommandExample("newsreader export ./content > subscriptions.opml", "take your feeds to another reader"),
        ),
    ),
    Command(
        "digest",
        "write articles as one document",
        "Write matching articles as one Markdown, HTML or EPUB document, with contents and sources. Exit with "
        "status 1 if there are none.",
        (_CONTENT, _ANY_QUERY),
        (
            Option("format", "output format", value="FORMAT", choices=("md", "html", "epub"), default="md"),
            Option("output", "file to write (default: standard output)", value="FILE"),
            Option(
                "since", "omit articles that earlier runs of this digest contained", value="WHEN", choices=("last",)
            ),
            _LIMIT,
            _CACHED,
        ),
        (
            CommandExample(
                "newsreader digest ./content is:starred --format html > stars.html", "starred articles as a web page"
            ),
            CommandExample(
                "newsreader digest ./content topic:AI --since last --format html", "new articles for a daily mail"
            ),
        ),
    ),
    Command(
        "notify",
        "print one line about new articles",
        "Print one line about matching articles that are new since the last call with this query, for status bars and "
        "desktop notifications. Exit with status 1 if there are none.",
        (_CONTENT, _ANY_QUERY),
        (_CACHED,),
        (
            CommandExample(
                'line=$(newsreader notify ./content is:unread) && notify-send "$line"', "desktop notification"
            ),
        ),
    ),
    Command(
        "serve",
        "show the TUI in a web browser",
        "Show the TUI in a web browser until Ctrl-C. Print its address, which contains a secret: anyone who has "
        "the address can read and mark articles, but not start programs. See docs/browser.md.",
        (_CONTENT, _ANY_QUERY),
        (
            Option("host", "address to listen on", value="HOST", default="127.0.0.1"),
            Option("port", "port to listen on; 0 chooses one", value="PORT", default="8000"),
            Option("url", "URL of the page behind a reverse proxy", value="URL"),
            Option("read-only", "do not change marks, feeds or saved searches"),
        ),
        (
            CommandExample("newsreader serve ./content", "for a browser on this computer"),
            CommandExample(
                "newsreader serve ./content is:unread --host 0.0.0.0 --read-only", "for a phone on the same network"
            ),
        ),
    ),
    Command(
        "config",
        "show file locations and settings",
        "Print the paths of index, marks and config file, and the settings in force, each with its origin.",
    ),
    Command(
        "completion",
        "print a shell completion script",
        "Print a script that completes commands, options and folders in bash, zsh or fish.",
        (Argument("shell", "shell", choices=("bash", "zsh", "fish")),),
        examples=(
            CommandExample(
                "newsreader completion bash > ~/.local/share/bash-completion/completions/newsreader", "bash"
            ),
            CommandExample("newsreader completion zsh > ~/.zfunc/_newsreader", "zsh (~/.zfunc must be in fpath)"),
            CommandExample("newsreader completion fish > ~/.config/fish/completions/newsreader.fish", "fish"),
        ),
    ),
    Command(
        "man",
        "print the manual page",
        "Print the manual page in the format of man(7).",
        examples=(
            CommandExample(
                "newsreader man > ~/.local/share/man/man1/newsreader.1", "install the page for man newsreader"
            ),
        ),
    ),
)


def find_command(name: str) -> Command | None:
    """Return the command with this name, or None."""
    return next((command for command in COMMANDS if command.name == name), None)
