"""Conversion of reStructuredText to Markdown, and detection of reStructuredText."""

from __future__ import annotations

import time

import pytest

from reader.render.markup.rst import is_rst_text, rst_to_markdown


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        ("Title\n=====\nText\n\nPart\n----\n\nPoint\n~~~~~\n", "# Title Text ## Part ### Point", "levels"),
        ("=====\nTitle\n=====\n\nPart\n=====\n", "# Title ## Part", "a line above is another style"),
        ("A `link <https://a.example>`_ here.", "A [link](<https://a.example>) here.", "a link"),
        ("A `long\nlink <https://a.example>`__.", "A [long link](<https://a.example>).", "a link over two lines"),
        ("`Ann`_ and Bo_.\n\n.. _Ann: https://a.example\n.. _bo: https://b.example\n",
         "[Ann](<https://a.example>) and [Bo](<https://b.example>).", "links by name"),
        ("A snake_case_name and `an unknown`_ one_", "A snake_case_name and an unknown one_", "no links"),
        ("See :class:`Reader` and :meth:`it <Reader.it>`.", "See `Reader` and `it`.", "roles"),
        ("See :doc:`the guide <guide>` or :doc:`tour`.", "See [the guide](<guide>) or [tour](<tour>).", "documents"),
        ("A `link`__ and `another`__, `no`__.\n\n__ https://a.example\n.. __: https://b.example\n",
         "A [link](<https://a.example>) and [another](<https://b.example>), no.", "links without names"),
        ("Use ``a_`` and ``b <c>``.", "Use ``a_`` and ``b <c>``.", "code"),
        (".. code-block:: python\n   :linenos:\n\n   a = 1\n\n   b = 2\n\nText",
         "```python a = 1 b = 2 ``` Text", "a block of code"),
        ("Like this::\n\n    a = 1\n\nText", "Like this: ``` a = 1 ``` Text", "a literal block"),
        (".. listing:: a.py python", "``a.py python``", "a file that is not here"),
        (".. image:: /a b.png\n   :alt: A map\n\nText", "![A map](</a b.png>) Text", "an image"),
        (".. note:: Mind\n   the step.\n", "> **Note** > > Mind > the step.", "a note"),
        (".. note:: Mind.\n\n   The step.\n", "> **Note** > > Mind. > > The step.", "a note of two paragraphs"),
        (".. admonition:: Update\n\n   Text.\n", "> **Update** > > Text.", "a box with a title"),
        (".. contents::\n   :depth: 2\n\n.. raw:: html\n\n   <b>\n\n.. a comment\n   goes on\n\nText",
         "Text", "what is not text"),
        ("A\n\n    quoted `x <https://a.example>`_\n\nB", "A > quoted [x](<https://a.example>) B", "a quote"),
        ("- a\n\n  b\n\n      c\n", "- a b c", "a list with paragraphs"),
        ("| a\n| b\n", "a b", "lines"),
        ("Term\n    Meaning.\n\nB", "Term : Meaning. B", "a definition"),
        ("A |map| B |c|_ |d|\n\n.. |map| image:: m.png\n   :alt: M\n.. |c| replace:: C c\n",
         "A ![M](<m.png>) B C c |d|", "substitutions"),
        ("A [1]_ B [#n]_ C [2]_\n\n.. [1] One\n   more\n.. [#n] Two\n",
         "A[^1] B[^#n] C [2]_ [^1]: One more [^#n]: Two", "footnotes"),
        ("+---+----+\n| a | b  |\n+===+====+\n| c | d  |\n|   | e| |\n+---+----+\n\nB",
         "| a | b | |---|---| | c | d e\\| | B", "a grid"),
        ("+---+---+\n| a     |\n+---+---+\n", "``` +---+---+ | a | +---+---+ ```", "a cell over two columns"),
        ("== ==\na  b\n== ==\nc  d\n   e\n== ==\n\nB", "| a | b | |---|---| | c | d e | B", "columns"),
        (".. list-table:: T\n   :header-rows: 1\n\n   * - a\n     - b\n   * - c\n     - d\n",
         "**T** | a | b | |---|---| | c | d |", "rows in a list"),
        ('.. csv-table::\n   :header: a, b\n\n   "c, d", e\n', "| a | b | |---|---| | c, d | e |", "values"),
        (":sub:`2` :kbd:`C` :ref:`A b <c>` :strong:`d`", "<sub>2</sub> <kbd>C</kbd> A b **d**", "roles for text"),
        (".. unknown:: x\n\n   Text.\n", "Text.", "the text in another directive"),
    ],
)  # fmt: skip
def test_rst_becomes_markdown(text: str, expected: str, remark: str) -> None:
    assert " ".join(rst_to_markdown("a.rst", text).split()) == expected, remark


def test_plain_text_is_rst_only_if_unmistakable() -> None:
    assert is_rst_text("See `it <https://a.example>`_.")
    assert is_rst_text("One\n\n.. note:: Two")
    assert not is_rst_text("Title\n=====\n\nA `word` and a snake_case_name. Wait ... so.")


@pytest.mark.parametrize(
    "text",
    ["`" * 100_000, "`a " * 30_000, "``" * 50_000, ".. note::\n " * 10_000, "a-" * 50_000, "`" + " " * 100_000,
     "::\n" * 50_000,
     "".join(f"{' ' * depth}.. note::\n\n" for depth in range(400)), "a\n===\n" * 20_000, ".. _a: b\n" * 20_000],
)  # fmt: skip
def test_hostile_rst_is_converted_in_linear_time(text: str) -> None:
    start = time.process_time()
    rst_to_markdown("a.rst", text)
    assert time.process_time() - start < 3
