"""Markdown inside the elements of MDX and custom elements."""

from __future__ import annotations

import pytest

from reader.render.markup.blocks import unwrap_elements


@pytest.mark.parametrize(
    ("written", "unwrapped", "remark"),
    [
        ("<info-box>\n\ta **b**\n\tc\n</info-box>", "\na **b**\nc\n", "a custom element, indented by a tab"),
        ('<info-box class="x">\na\n</info-box>\nb', "\na\n\nb", "with an attribute"),
        (
            "<Card title='A'>\n    a\n\n    - b\n      - c\n</Card>",
            "<Card title='A'>\na\n\n- b\n  - c\n</Card>",
            "a component",
        ),
        ("<Tabs>\n  <Tab>\n    a\n  </Tab>\n</Tabs>", "<Tabs>\n<Tab>\na\n</Tab>\n</Tabs>", "a component in another"),
        ("<Card>\n  ```js\n    x\n  ```\n</Card>", "<Card>\n```js\n  x\n```\n</Card>", "with code"),
        (
            "<Card onClick={() => go()}>\n    a\n</Card>",
            "<Card onClick={() => go()}>\na\n</Card>",
            "an arrow in a value",
        ),
        (
            "1. a\n\n   <Tree>\n\n   - b\n     - c\n\n   </Tree>",
            "1. a\n\n   <Tree>\n\n   - b\n     - c\n\n   </Tree>",
            "in a list",
        ),
        ("1. a\n   <Tree>\n     b\n   </Tree>\n2. c", "1. a\n   <Tree>\n   b\n   </Tree>\n2. c", "in a list, indented"),
        ("<A>\n  ```\n  export b\n  ```\n  c\n</A>", "<A>\n```\nexport b\n```\nc\n</A>", "with a module in code"),
        ("```html\n<info-box>\n  a\n</info-box>\n```", "```html\n<info-box>\n  a\n</info-box>\n```", "in code"),
        ("<info-box>\n    a", "<info-box>\n    a", "without an end"),
        ("</info-box>\n\n    a", "</info-box>\n\n    a", "without a beginning"),
        ("<Card />\n\n    a\n\n</Card>", "<Card />\n\n    a\n\n</Card>", "an empty one"),
        ("a <b-c>\n    d\n</b-c>", "a <b-c>\n    d\n</b-c>", "in a line"),
        ("<div>\n  a\n</div>", "<div>\n  a\n</div>", "HTML"),
    ],
)
def test_elements_around_markdown_are_removed(written: str, unwrapped: str, remark: str) -> None:
    assert unwrap_elements("a.md", written) == unwrapped, remark


@pytest.mark.parametrize(
    ("written", "unwrapped", "remark"),
    [
        ('<div className="x">\n  [a](/b)\n</div>', "\n[a](/b)\n", "a division"),
        ("<div>\n  <div>\n    a\n  </div>\n</div>", "\n\na\n\n", "one in another"),
        ("<table>\n<td>\n<div>\n  a\n</div>\n</td>\n</table>", None, "in a table"),
        ("export const A = () => (\n  <div>\n    {b}\n  </div>\n);\n\nc", None, "in a module"),
        ("<ul>\n  <li>a</li>\n</ul>", None, "a list"),
    ],
)
def test_html_in_mdx_contains_markdown(written: str, unwrapped: str | None, remark: str) -> None:
    assert unwrap_elements("a.mdx", written) == (written if unwrapped is None else unwrapped), remark
