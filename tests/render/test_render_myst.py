"""Rendering of MyST: directives in fences, roles and targets."""

from __future__ import annotations

import pytest
from drawing import draw

CASES = [
    ("(a.b-c)=\n# {index}`One <single: One>`\n\n% remark\n+++\n\ntext", "One\n\ntext", "targets, remarks and breaks"),
    ("(a)=\n\n## A\n\n[b](#a)", "A\n\nb[1]", "a target above a heading"),
    (
        "See {doc}`the guide <guide>`, {doc}`tour` or {download}`it <a.zip>`.",
        "See the guide[1], tour[2] or it[3].",
        "pages",
    ),
    ("{ref}`a`, {ref}`B <c>`, {term}`D`,\n{numref}`e\nf <g>`", "a, B, D, e f", "names"),
    ("{py:func}`~a.b.c` {class}`D` {kbd}`Ctrl` {math}`x_1`", "c D Ctrl $x_1$", "code, keys and mathematics"),
    ("{fa}`star`a {octicon}`x;1em` {sup}`2` {cite:p}`b1,c2`", "a  ² [b1,c2]", "icons, scripts and sources"),
    ("`{ref}` and `{a}` or `` {b}`c` ``, ${x}`y`", "{ref} and {a} or {b}`c`, ${x}y", "roles in code"),
    ("```{note}\na **b**\n```\n\nc", "▌ Note\n▌\n▌ a b\n\nc", "a note"),
    (":::{admonition} A title\n:class: tip\n\na\n:::", "▌ A title\n▌\n▌ a", "with a title"),
    ("````{tip}\n```{warning} a\nb\n```\n````", "▌ Tip\n▌\n▌ ▌ Warning\n▌ ▌\n▌ ▌ a\n▌ ▌\n▌ ▌ b", "in another"),
    (":::{grid}\n:::{card} A\nb\n:::\n:::\nc", "A\n\nb\n\nc", "groups of colons"),
    ("```{code-block} python\n:linenos:\n:caption: a.py\n\nx = 1\n```", "a.py\n\n x = 1", "code with options"),
    ("```{code-cell} ipython3\n---\ntags: [hide-output]\n---\nx = 1\n```\n\nb", " x = 1\n\nb", "a cell with YAML"),
    ("```{code-cell}\n:tags: [remove-input]\nx = 1\n```\n\nb", "b", "a cell that is not drawn"),
    ("```{figure} a.png\n:alt: A\n\nb *c*\n```", "[A]\n\nb c", "a figure with a caption"),
    ("```{math}\n:label: x\na_1\n```", " $$\n a_1\n $$", "mathematics"),
    (
        "```{toctree}\n:caption: A\n\nintro\nA page <b/c>\nsub/*\n```",
        " • intro[1]\n • A page[2]",
        "a table of contents",
    ),
    ("```{toctree}\n:hidden:\n\nintro\n```\n\nb", "b", "a hidden one"),
    ("```{raw} html\n<b>a</b>\n```\n\n```{raw} latex\n\\b\n```", "a", "other markup"),
    ("```{index} single: a\n```\n\n```{contents}\n```\nb", "b", "what is not drawn"),
    ("```{youtube} a1b\n```", "Youtube[1]", "a film"),
    ("```{exercise-start}\n:label: a\n```\n\nb\n\n```{exercise-end}\n```", "Exercise\n\nb", "an exercise"),
    ("```{eval-rst}\n.. note:: a\n```", "▌ Note\n▌\n▌ a", "reStructuredText"),
    ("- a\n\n  ```{note}\n  b\n  ```", " • a\n   ▌ Note\n   ▌\n   ▌ b", "in a list"),
    ("```{python}\nx\n```\n\n````md\n```{note}\n```\n````", " x\n\n ```{note}\n ```", "other code"),
    ("```{note}\na", "▌ Note\n▌\n▌ a", "without an end"),
]


@pytest.mark.parametrize(("markdown", "drawn", "remark"), CASES, ids=[remark for _, _, remark in CASES])
def test_myst_is_rendered(markdown: str, drawn: str, remark: str) -> None:
    assert draw(markdown)[0].rstrip("\n ") == drawn, remark
