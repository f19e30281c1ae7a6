"""Generator of docs/config.md from the tables of settings and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.config.actions import ACTIONS
from reader.config.keymap import NEWSBOAT
from reader.config.schema import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.config.schema import Setting

__all__ = ["render_config_docs"]

_HEAD = """\
# Configuration

newsreader reads `config.toml` in your configuration directory, on Linux `~/.config/newsreader/config.toml`.
`newsreader config` prints its path and the settings in force. The file and every setting are optional. Errors are
reported with their line.

```toml
{example}
```

## Settings
"""

_SEARCHES = """\
## Saved searches

Queries under `[searches]` appear in the sidebar in this order. Searches that you save, rename or delete in the UI are
written to `searches.toml` in the same directory, never to `config.toml`. You can edit that file, too.

```toml
[searches]
"good and new" = "is:unread quality>=70"
"this week" = "since:7d sort:quality"
```
"""

_SITES = """\
## Sites

`[sites]` sets the base URL of each site by the folder of its articles, including subfolders.

```toml
[sites]
"~/blog/content" = "https://example.org"
```
"""

_KEYS = """\
## Keys

`[keys]` assigns keys to actions ([keys.md](keys.md) lists their names). Quote the name, because it contains a dot.
The new keys replace all default keys of the action; an empty list removes them.

```toml
[keys]
"mark.read" = "m"
"move.top" = ["g g", "home"]
"topics.kind" = []
```

- Characters are written literally: `j`, `G`, `?`, `é`.
- Other keys have names: `up` `down` `left` `right` `home` `end` `pageup` `pagedown` `enter` `escape` `space` `tab`
  `backspace` `delete` `insert` `f1` … `f24`.
- Modifiers come first: `ctrl+d`, `alt+x`, `shift+tab`. Combinations that terminals cannot send are rejected.
- Two keys separated by a space are a sequence: `g g`.
- Two actions cannot share a key, and a key cannot be the start of a sequence: if `g g` is bound, `g` cannot be.
- Ctrl-C and Ctrl-Z are reserved for the terminal.
"""

_NEWSBOAT = """\
### Coming from newsboat

`keymap = "newsboat"` changes these keys; all others keep their defaults.
"""


def render_config_docs() -> str:
    """Return the text of docs/config.md."""
    head = _HEAD.format(example="\n".join(f"{setting.name} = {setting.example}" for setting in settings()))
    names = {key.id: key.description for key in ACTIONS}
    newsboat = _table(
        ("keys", "action", "what it does"),
        ((_codes(change.keys), f"`{change.id}`", names[change.id]) for change in NEWSBOAT),
    )
    described = _table(("setting", "value", "default", "description"), map(_described, settings()))
    return f"{head}\n{described}\n{_SEARCHES}\n{_SITES}\n{_KEYS}\n{_NEWSBOAT}\n{newsboat}"


def _described(setting: Setting) -> tuple[str, ...]:
    choices = getattr(setting.kind, "choices", ())
    default = "empty" if setting.default in ("", ()) else f"`{_toml(setting.default)}`"
    return f"`{setting.name}`", _codes(choices) or setting.kind.says, default, setting.description


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines) + "\n"


def _codes(keys: Iterable[str]) -> str:
    return " ".join("`\\|`" if key == "|" else f"`{key}`" for key in keys)
