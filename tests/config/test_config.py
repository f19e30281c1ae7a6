"""The config file: valid settings, the error for every invalid one, and saved searches."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sweep import amount

from reader.cli.settings.command import config_lines
from reader.config.docs import render_config_docs
from reader.config.keymap import build_keymap, normalize_key
from reader.config.load import iter_statements, load_config, parse_config
from reader.config.saved_searches import delete_search, rename_search, save_search
from reader.config.schema import Config, KeyOverride, SavedSearch, settings
from reader.errors import ConfigError
from reader.query import parse

DOCS = Path(__file__).parents[2] / "docs" / "config.md"
NAME = Path("config.toml")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


# Reading


def test_missing_config_file_gives_defaults(path: Path) -> None:
    assert load_config(path) == Config()


def test_config_file_with_every_setting_is_read(path: Path) -> None:
    text = """
        content = "~/articles"
        browser = "firefox --new-tab '%s'"
        editor = ["my editor", "-R"]
        theme = "nord"
        sort = "quality,-date"
        sidebar = "provider"
        mark_read_after = 0
        text_width = 72
        quality_step = 5
        keymap = "newsboat"
        [searches]
        "good and new" = "is:unread  quality>=70"
        week = "since:7d"
        [keys]
        "mark.star" = "*"
        move.top = ["home", "ampersand"]
    """
    assert load_config(written(path, text)) == Config(
        content="~/articles",
        browser=("firefox", "--new-tab", "%s"),
        editor=("my editor", "-R"),
        theme="nord",
        sort="quality,-date",
        sidebar="provider",
        mark_read_after=0,
        text_width=72,
        quality_step=5,
        keymap="newsboat",
        keys=(KeyOverride("mark.star", ("*",)), KeyOverride("move.top", ("home", "&"))),
        searches=(SavedSearch("good and new", "is:unread quality>=70"), SavedSearch("week", "since:7d")),
    )


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.name)
def test_setting_example_is_valid_and_not_the_default(setting: object) -> None:
    name, example, default = (getattr(setting, part) for part in ("name", "example", "default"))
    assert getattr(parse_config(NAME, f"{name} = {example}"), name) != default


@pytest.mark.parametrize("sort", ["date", "-date", "quality,-date", "provider, title", "relevance,heat"])
def test_sort_setting_is_valid_in_a_query(sort: str) -> None:
    assert parse_config(NAME, f'sort = "{sort}"').sort == sort
    assert parse(f"sort:{sort.replace(' ', '')}").sort


FAULTS = [
    ('\n\nthemee = "x"', 3, 'unknown setting "themee"; did you mean "theme"?', "an unknown setting"),
    ("zzz = 1", 1, 'unknown setting "zzz"', "one that resembles no other"),
    ('\ntheme = "nope"', 2, "theme: expected one of atom-one-dark, ", "a theme that does not exist"),
    ('theme = "gruvbix"', 1, "did you mean gruvbox?", "a theme with a typo"),
    ("theme = 3", 1, "theme: expected one of", "a number for a choice"),
    ("content = 3", 1, "content: expected a single-line string", "a number for a text"),
    ('content = "a\\u001bb"', 1, "content: expected a single-line string", "a control character"),
    ('browser = "firefox \'x"', 1, "unbalanced quote", "a command that cannot be split"),
    ("editor = [1]", 1, "expected a command", "a list of something else"),
    ('\ntext_width = "90"', 2, "expected an integer", "a text for a number"),
    ("text_width = 90.5", 1, "expected an integer", "half a column"),
    ("text_width = true", 1, "expected an integer", "a truth value"),
    ("text_width = 3", 1, "between 20 and 400", "too little"),
    ("mark_read_after = nan", 1, "between -1 and 3600", "no number"),
    (f"mark_read_after = 1{'0' * 400}", 1, "between -1 and 3600", "more than a float holds"),
    (
        'sidebar = "topics"',
        1,
        "topic, provider, category, author, year, feed; did you mean topic?",
        "an unknown choice",
    ),
    ("sidebar = 1", 1, "expected one of", "a choice of another type"),
    ('sort = "date,qualty"', 1, 'unknown sort key "qualty"; did you mean quality?', "an unknown sort key"),
    ('fetch = "always"', 1, 'expected "never", "on start" or a period such as "every 30m"', "no time to fetch"),
    ('fetch = "every 5s"', 1, 'a period such as "every 30m"', "an unknown unit"),
    ('fetch = "every 0m"', 1, "between 1m and 7d", "fetching all the time"),
    ("fetch = true", 1, 'expected "never"', "a fetch of another type"),
    ('sort = ""', 1, "empty sort key", "no sort key"),
    ('editor = [\n"a",\n"b",\n]\nthem = 1', 5, "did you mean", "below a value of several lines"),
    ('content = """\nthem = 1\n"""\nthem = 1', 1, "content: expected", "a value that looks like a setting"),
    ('theme = "a"\nx = ', 2, "invalid TOML: Invalid value", "no TOML"),
    ('theme = "a', 1, "invalid TOML", "a text without end"),
    ("a = 1\na = 2", 2, "duplicate key", "the same twice"),
    ('[keys]\nopen = "x"\nopen.web = "y"', 3, "unquoted key with a dot", "a value that is a table too"),
    ("[keys]\n\n'mark.reed' = 'x'", 3, 'unknown action "mark.reed"; did you mean "mark.read"?', "unknown action"),
    ("[keys]\nmark.reed = 'x'", 2, 'did you mean "mark.read"?', "the same without quotes"),
    ("[keys.mark]\n\nreed = 'x'", 3, 'did you mean "mark.read"?', "sent as a table"),
    ("keys = {'mark.reed' = 'x'}", 1, 'did you mean "mark.read"?', "the same on one line"),
    ("keys = {'mark.reed' = 'x', zen = 'x'}", 1, 'did you mean "mark.read"?', "among others on one line"),
    ('[keys]\nzen = "pagedwn"', 2, "zen: unknown key pagedwn; did you mean pagedown?", "an impossible key"),
    ("[keys]\nzen = 1", 2, "zen: expected a key or list of keys", "a number for a key"),
    ("[keys]\nzen = ['x', 1]", 2, "zen: expected a key or list of keys", "a number among keys"),
    (
        "[keys]\nzen = 'r'",
        2,
        'zen: r is already bound to mark.read; rebind it or unbind it with "mark.read" = []',
        "taken",
    ),
    ("[keys]\n'mark.read' = 'z'", 2, "mark.read: z is already bound to zen", "taken by a later one of the table"),
    ("[keys]\nzen = 'x'\n'mark.read' = 'x'", 3, "mark.read: x is already bound to zen", "two of one's own"),
    ("[keys]\n'mark.read' = 'x'\nzen = 'x'", 3, "zen: x is already bound to mark.read", "in the other order"),
    ("[keys]\nzen = 'g'", 2, "zen: g conflicts with g g (same prefix), bound to move.top", "a beginning"),
    ("[keys]\nzen = 'r x'", 2, "zen: r x conflicts with r (same prefix), bound to mark.read", "a longer one"),
    ("[keys]\nzen = 'question_mark'", 2, "zen: ? is already bound to help", "under its other name"),
    ("keymap = 'newsboat'\n[keys]\nzen = 'p'", 3, "zen: p is already bound to unread.previous", "taken by the preset"),
    ("keys = 3", 1, "keys must be a table", "no table"),
    ('base_url = "example.org"', 1, "base_url: expected an http or https URL", "no scheme"),
    ("base_url = 1", 1, "base_url: expected an http or https URL", "no string"),
    ('[sites]\n"/a" = "javascript:x"', 2, "/a: expected an http or https URL", "no web URL"),
    ('[sites]\n"" = "https://example.org"', 2, "expected the path of a folder", "no folder"),
    ("sites = []", 1, "sites must be a table", "no table of sites"),
    ("searches = []", 1, "searches must be a table", "no table"),
    ("[searches]\na = 1", 2, "a: expected a query", "no query"),
    ("[searches]\n'' = 'x'", 2, "search name must be", "no name"),
    ("[searches]\n\"a\\u001bb\" = 'x'", 2, "search name must be", "a name with a control character"),
]


@pytest.mark.parametrize(("text", "line", "expected_message", "remark"), FAULTS, ids=[case[3] for case in FAULTS])
def test_invalid_config_is_an_error_with_file_and_line(
    text: str, line: int, expected_message: str, remark: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(NAME, text)
    message = str(raised.value)
    assert message.startswith(f"config.toml:{line}: "), remark
    assert expected_message in message
    assert message.isprintable()
    assert not message.endswith(".")


def test_config_file_that_is_not_utf8_is_an_error_with_its_line(path: Path) -> None:
    written(path, "").write_bytes(b"# one\ntheme = 'caf\xe9'\n")
    with pytest.raises(ConfigError, match=r"config\.toml:2: invalid UTF-8"):
        load_config(path)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_config_path_that_is_no_regular_file_is_an_error(path: Path, kind: str) -> None:
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(ConfigError, match="Not a regular file"):
        load_config(path)


def test_byte_order_mark_and_crlf_are_accepted(path: Path) -> None:
    written(path, '\ufeff# x\r\ntheme = "nord"\r\n[keys]\r\nzen = "x"\r\n')
    assert load_config(path) == Config(theme="nord", keys=(KeyOverride("zen", ("x",)),))


@given(st.text())
def test_any_text_is_a_config_or_a_config_error(text: str) -> None:
    try:
        outcome = str(build_keymap(parse_config(NAME, text))[0])
    except ConfigError as error:
        outcome = str(error)
    assert outcome.startswith(("Action(", "config.toml:"))


@given(st.text())
def test_any_text_is_a_key_or_a_value_error(text: str) -> None:
    try:
        known = normalize_key(text)
    except ValueError:
        return
    assert normalize_key(known) == known


def test_toml_statements_have_lines_and_names() -> None:
    text = '# a\nx = 1\n\n[t] # c\n  "b.c" = [\n  1,\n]\nd.e = """\n[z]\n"""\n[[u]]\ny = "=" # =\n'
    found = [(each.line, each.names) for each in iter_statements(text)]
    assert found == [
        (2, ("x",)),
        (4, ("t",)),
        (5, ("t", "b.c")),
        (8, ("t", "d", "e")),
        (11, ("u",)),
        (12, ("u", "y")),
    ]


# Saving searches

MINE = """\
# mine
theme = "nord"   # blue

[searches]
# first thing
morning = "is:unread"  # tea
"b.c" = \"\"\"q>50\"\"\"

# my keys
[keys]
zen = "x"
"""


def saved_in(path: Path) -> list[str]:
    """Return the lines of the searches saved in the UI, without the header of the file."""
    return path.with_name("searches.toml").read_text(encoding="utf-8").split("[searches]\n")[1].splitlines()


def names_in(path: Path) -> list[str]:
    return [search.name for search in load_config(path).searches]


def test_saved_search_is_written_to_a_separate_file(path: Path) -> None:
    save_search(written(path, MINE), 'the "new"', "is:new  topic:AI")
    assert path.read_text() == MINE
    assert saved_in(path) == [r'"the \"new\"" = "is:new topic:AI"']
    assert load_config(path).searches[-1] == SavedSearch('the "new"', "is:new topic:AI")


def test_saved_search_with_a_known_name_replaces_its_query(path: Path) -> None:
    save_search(written(path, MINE), "morning", "is:starred")
    assert load_config(path).searches == (SavedSearch("morning", "is:starred"), SavedSearch("b.c", "q>50"))
    save_search(path, "morning", "is:unread")
    assert saved_in(path) == [], "the same query as in the config file"


def test_renamed_search_keeps_its_position(path: Path) -> None:
    for name in ("a", "b", "c"):
        save_search(path, name, name)
    rename_search(path, "b", "früh = 1")
    assert names_in(path) == ["a", "früh = 1", "c"]
    rename_search(path, "früh = 1", "b")
    assert names_in(path) == ["a", "b", "c"]


def test_renamed_search_of_the_config_file_is_hidden_there(path: Path) -> None:
    rename_search(written(path, MINE), "morning", "evening")
    assert path.read_text() == MINE
    assert saved_in(path) == ['"morning" = false', '"evening" = "is:unread"']
    assert names_in(path) == ["b.c", "evening"]
    rename_search(path, "evening", "morning")
    assert saved_in(path) == []


def test_renaming_to_the_same_name_changes_nothing(path: Path) -> None:
    rename_search(written(path, MINE), "morning", " morning ")
    assert not path.with_name("searches.toml").exists()


def test_deleted_search_leaves_the_config_file_alone(path: Path) -> None:
    delete_search(written(path, MINE), "morning")
    assert names_in(path) == ["b.c"]
    delete_search(path, "b.c")
    assert load_config(path).searches == ()
    assert path.read_text() == MINE
    save_search(path, "morning", "is:unread")
    assert names_in(path) == ["morning"]


def test_hidden_search_removed_from_config_is_dropped(path: Path) -> None:
    delete_search(written(path, MINE), "morning")
    written(path, 'theme = "nord"\n')
    save_search(path, "a", "x")
    assert saved_in(path) == ['"a" = "x"']


def test_searches_file_is_created_with_its_folder(path: Path) -> None:
    save_search(path, "a", "x")
    assert saved_in(path) == ['"a" = "x"']
    assert not path.exists()


def test_searches_file_that_is_a_symlink_stays_one_with_its_mode(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text('[searches]\nb = "y"\n')
    real.chmod(0o640)
    path.parent.mkdir()
    path.with_name("searches.toml").symlink_to(real)
    save_search(path, "a", "x")
    assert path.with_name("searches.toml").is_symlink()
    assert real.read_text().endswith('[searches]\n"b" = "y"\n"a" = "x"\n')
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config", "dotfiles.toml"], (
        "no temporary files are left"
    )


@pytest.mark.parametrize("name", ["config.toml", "searches.toml"])
def test_searches_are_not_saved_if_a_file_is_invalid(path: Path, name: str) -> None:
    invalid = written(path.with_name(name), 'themee = "nord"\n')
    with pytest.raises(ConfigError, match=f"{name}:1: unknown .*themee"):
        save_search(path, "a", "x")
    assert invalid.read_text() == 'themee = "nord"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[searches]\na = "x"\nb = 7\n', ":3: b: expected a query"),
        ("[searches]\na = true\n", ":2: a: expected a query"),
        ('searches = "x"\n', ":1: searches must be a table"),
        ('[searches]\n"" = "x"\n', ":2: : search name must be"),
        ("[searches\n", ":1: invalid TOML"),
    ],
)
def test_searches_file_error_names_file_and_line(path: Path, text: str, message: str) -> None:
    written(path.with_name("searches.toml"), text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path.with_name('searches.toml')}{message}")


def test_search_that_cannot_be_saved_is_an_error(path: Path, tmp_path: Path) -> None:
    written(path, MINE)
    with pytest.raises(ConfigError, match="Name required"):
        save_search(path, " \n", "x")
    with pytest.raises(ConfigError, match='No saved search "evening"'):
        delete_search(path, "evening")
    with pytest.raises(ConfigError, match='No saved search "evening"'):
        rename_search(path, "evening", "night")
    with pytest.raises(ConfigError, match=r'"b\.c" already exists'):
        rename_search(path, "morning", "b.c")
    assert not path.with_name("searches.toml").exists()
    with pytest.raises(ConfigError, match="Cannot "):
        save_search(written(tmp_path / "file", "") / "config.toml", "a", "x")


NAMES = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1).map(str.strip).filter(bool)


@hypothesis_settings(max_examples=amount(8))
@given(
    searches=st.dictionaries(NAMES, st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1), max_size=4),
    renamed=st.lists(st.tuples(st.integers(0, 5), NAMES), max_size=4),
    deleted=st.lists(st.integers(0, 5), max_size=3),
)
def test_any_changes_to_saved_searches_are_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    searches: dict[str, str],
    renamed: list[tuple[int, str]],
    deleted: list[int],
) -> None:
    file = written(tmp_path_factory.getbasetemp() / "any" / "config.toml", MINE)
    file.with_name("searches.toml").unlink(missing_ok=True)
    wanted = {"morning": "is:unread", "b.c": "q>50"}
    for name, query in searches.items():
        save_search(file, name, query)
        wanted[" ".join(name.split())] = query
    for place, name in renamed:
        old, new = [*wanted][place % len(wanted)], " ".join(name.split())
        if new not in wanted:
            rename_search(file, old, new)
            wanted[new] = wanted.pop(old)
    for place in deleted:
        if wanted:
            name = [*wanted][place % len(wanted)]
            delete_search(file, name)
            del wanted[name]
    assert {search.name: search.query for search in load_config(file).searches} == wanted


@pytest.mark.parametrize(
    "text",
    [
        f"text_width = {'9' * 4_301}",
        f"text_width = -{'9' * 100_000}",
        f"text_width = 1e{'9' * 400}",
        f"text_width = 0x{'f' * 10_000}",
        f"mark_read_after = {'9' * 400}",
        "a." * 50_000 + "b = 1",
        "a = " + "[" * 100_000,
        "a = " + "{b = " * 5_000,
        "a = 9999-12-31T23:59:59-24:00",
        "[searches]\na = 2021-02-30\n",
        "text_width = nan",
        "x" * 300_000,
        "keys = [\n" + "1,\n" * 30_000 + "]\n",
        'theme = "\\ud800"',
    ],
)
@pytest.mark.parametrize("name", ["config.toml", "searches.toml"])
def test_config_with_extreme_values_is_an_error(path: Path, name: str, text: str) -> None:
    written(path.with_name(name), text)
    with pytest.raises(ConfigError):
        load_config(path)


@hypothesis_settings(max_examples=amount(50))
@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from([*"a=.\"[]{}'\n,#", "searches", "keys", "text_width", "1e9", "\ud800", "\0"]))
    .map("".join)
    .map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_config_is_read_or_an_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name in ("config.toml", "searches.toml"):
        (folder / name).write_bytes(content)
        with contextlib.suppress(ConfigError):
            load_config(folder / "config.toml")
        (folder / name).unlink()


def test_printed_settings_keep_non_ascii_letters() -> None:
    config = parse_config(NAME, 'browser = "öffne %u"\n[searches]\n"Größe 日本" = "topic:気候"\n')
    lines = list(config_lines(config, {}, {}))
    assert 'browser = ["öffne", "%u"]  # default' in lines
    assert '"Größe 日本" = "topic:気候"' in lines


# Documentation


def test_config_page_matches_the_tables() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        DOCS.write_text(render_config_docs(), encoding="utf-8")
    assert DOCS.read_text(encoding="utf-8") == render_config_docs(), "UPDATE_GOLDEN=1 rewrites docs/config.md"


def test_config_page_examples_are_valid() -> None:
    for block in render_config_docs().split("```toml\n")[1:]:
        parse_config(NAME, block.split("```")[0])


def test_config_page_lists_every_setting() -> None:
    text = render_config_docs()
    for setting in settings():
        assert f"| `{setting.name}` |" in text


def test_base_url_comes_from_the_nearest_site_or_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "link").symlink_to(tmp_path / "blog")
    text = """
        base_url = "https://all.example/"
        [sites]
        "~/blog" = "https://blog.example/"
        "~/blog/de" = "https://de.example"
    """
    config = parse_config(NAME, text)
    assert config.base_url_of(tmp_path / "blog") == "https://blog.example"
    assert config.base_url_of(tmp_path / "blog/posts") == "https://blog.example"
    assert config.base_url_of(tmp_path / "blog/de/posts") == "https://de.example"
    assert config.base_url_of(tmp_path / "link/posts") == "https://blog.example"
    assert config.base_url_of(tmp_path / "blogs") == "https://all.example"
    assert parse_config(NAME, "").base_url_of(tmp_path) == ""
