"""docs/config.md as text, made from the tables of settings and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.config.actions import ACTIONS, Group
from reader.config.keymap import NEWSBOAT
from reader.config.schema import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.config.actions import Action
    from reader.config.schema import Setting

__all__ = ["render_config_docs"]

_HEAD = """\
# Settings

newsreader reads its settings from `config.toml` in your configuration folder: on Linux that is
`~/.config/newsreader/config.toml`. `newsreader config` prints where it is and what is in force. Without the file,
everything has the value that is called the default here. A mistake in the file is reported with its line.

```toml
{example}
```

## What can be set
"""

_SEARCHES = """\
## Saved searches

Below `[searches]` stand queries with their names; they are in the sidebar, in this order. Searches saved on the screen
are written here, and the rest of the file stays as you wrote it.

```toml
[searches]
"good and new" = "is:unread quality>=70"
"this week" = "since:7d sort:quality"
```
"""

_KEYS = """\
## Keys

Below `[keys]` stand the actions whose keys you want to change; the name needs its quotes, because of the dot. The keys
you give replace all that the action had. An empty list takes its keys away.

```toml
[keys]
"mark.read" = "m"
"move.top" = ["g g", "home"]
"topics.kind" = []
```

- A character is written as it is: `j`, `G`, `?`, `é`.
- Other keys have names: `up` `down` `left` `right` `home` `end` `pageup` `pagedown` `enter` `escape` `space` `tab`
  `backspace` `delete` `insert` `f1` … `f24`.
- `ctrl+`, `alt+` and `shift+` go in front, as in `ctrl+d` or `shift+tab`. A terminal cannot send every combination;
  those it cannot send are refused.
- Two keys with a space between them are pressed one after the other: `g g`.
- No two actions can share a key, nor can one key begin another: with `g g` in use, `g` alone is not free.
- Ctrl-C and Ctrl-Z always belong to the terminal.
"""

_NEWSBOAT = """\
### Coming from newsboat

`keymap = "newsboat"` moves these; all others stay as above.
"""


def render_config_docs() -> str:
    """Return the text of docs/config.md."""
    head = _HEAD.format(example="\n".join(f"{setting.name} = {setting.example}" for setting in settings()))
    groups = [_group(group, [key for key in ACTIONS if key.group is group]) for group in Group]
    names = {key.id: key.description for key in ACTIONS}
    newsboat = _table(
        ("keys", "action", "what it does"),
        ((_codes(change.keys), f"`{change.id}`", names[change.id]) for change in NEWSBOAT),
    )
    described = _table(("setting", "value", "default", "what it does"), map(_described, settings()))
    return "\n".join([head, described, _SEARCHES, _KEYS, *groups, _NEWSBOAT, newsboat])


def _described(setting: Setting) -> tuple[str, ...]:
    among = getattr(setting.kind, "among", ())
    default = "empty" if setting.default in ("", ()) else f"`{_toml(setting.default)}`"
    return f"`{setting.name}`", _codes(among) or setting.kind.says, default, setting.description


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _group(group: Group, keys: Iterable[Action]) -> str:
    rows = ((_codes(key.keys), f"`{key.id}`", key.description) for key in keys)
    return f"### {group.value}\n\n{_table(('keys', 'action', 'what it does'), rows)}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines) + "\n"


def _codes(keys: Iterable[str]) -> str:
    return " ".join("`\\|`" if key == "|" else f"`{key}`" for key in keys)
