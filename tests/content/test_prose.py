"""Titles and excerpts taken from the body when the metadata has none."""

from __future__ import annotations

import time

import pytest

from reader.content.formats.prose import excerpt, find_title, first_words, plain_text, visible_text


@pytest.mark.parametrize(
    ("text", "title", "remark"),
    [
        ("# a&#x202e;b&#27;[2J\n", "ab[2J", "control characters written as references"),
        ("# Rivers\n\nText.", "Rivers", "a heading on top"),
        ("\n\n#   Rivers of *Europe* ##\nText", "Rivers of Europe", "with closing signs and emphasis"),
        ("Rivers\n======\n\nText.", "Rivers", "a heading that is underlined"),
        ("![map](a.png)\n\n<!-- note -->\n\n# Rivers", "Rivers", "after an image and a comment"),
        ("import Map from './map'\n\nexport const a = 1\n\n# Rivers\n", "Rivers", "after the imports of MDX"),
        ("{% include nav.html %}\n# Rivers", "Rivers", "after a tag of Liquid"),
        ("[![build](b.svg)](https://a.example)\n\n# Rivers", "Rivers", "after a badge"),
        ("<h1 align='center'>Rivers &amp; lakes</h1>\n\nText", "Rivers & lakes", "a heading in HTML"),
        ("# Rivers {#rivers .big}", "Rivers", "with attributes"),
        ("# [Rivers](https://a.example/r_(x)) in `code` and [[Map|maps]]", "Rivers in code and maps", "with links"),
        ("(pd)=\n# {index}`Pandas <single: Pandas>` and {ref}`more`", "Pandas and more", "a target and roles of MyST"),
        ("# snake_case_name and 2*3*4", "snake_case_name and 2*3*4", "signs that are no emphasis"),
        ("First a sentence.\n\n# Rivers\n\nText", "Rivers", "the only one of its level, below a text"),
        ("First a sentence.\n\n# One\n\n# Two", "", "two of them are sections"),
        ("## Section\n\nText", "", "a lower heading"),
        ("By: Ann\n\n# Article text\n\nText", "", "a section of an export"),
        ("# Highlights\n\nText", "Highlights", "a title like such a section"),
        ("```sh\n# a comment\n```\n\nText", "", "a comment in code"),
        ("~~~\n\n# a comment\n\n~~~\n\nText", "", "a comment in code with empty lines"),
        ("    # a comment\n\nText", "", "indented code"),
        ("#tag #other\n\nText", "", "tags"),
        ("| a |\n|---|\n| b |\n", "", "a table"),
        ("<html><head><title>The\n &amp; map</title></head>\n<body><p>Text</p>", "The & map", "a page's own title"),
        ("<title>Site</title>\n\n<h1>Rivers</h1>", "Rivers", "a heading rather than the page's own title"),
        ("Text with <title>x</title>", "", "no page"),
        ("", "", "nothing"),
        ("#\n\nText", "", "an empty heading"),
        ("# **Hello** mill { .big #x }\n", "Hello mill", "attributes behind a blank"),
        ("<header><p>Menu</p></header>\n<main><h1>Rivers</h1>\n<p>Text</p></main>", "Rivers", "a heading inside HTML"),
    ],
)
def test_title_is_the_first_heading(text: str, title: str, remark: str) -> None:
    assert find_title(text) == title, remark


@pytest.mark.parametrize(
    ("text", "title", "remark"),
    [
        ("## Section\n\nText", "Section", "a heading of any level on top"),
        ("Section\n-------\n\nText", "Section", "underlined"),
        ("Text.\n\n## Section", "", "below a text"),
    ],
)
def test_title_at_any_level_is_a_leading_heading(text: str, title: str, remark: str) -> None:
    assert find_title(text, any_level=True) == title, remark


@pytest.mark.parametrize(
    ("text", "title", "remark"),
    [
        ("Rivers\n######\n\n:date: 2021-10-02\n\nText.", "Rivers", "underlined with any sign"),
        ("======\nRivers\n======\n\nText\n----\n", "Rivers", "between two lines"),
        (".. _label:\n\nRivers\n~~~~~~\n", "Rivers", "below a label"),
        ("Text.\n\n.. note::\n\n   Rivers\n   ======\n", "", "in a directive"),
    ],
)
def test_rst_title_is_the_underlined_heading(text: str, title: str, remark: str) -> None:
    assert find_title(text, rst=True) == title, remark


@pytest.mark.parametrize(
    ("text", "words", "remark"),
    [
        (
            'See [the [first] of](/a) [photos]({% link_to "/2022/" %}) and [more]({{< ref "x" >}}).',
            "See [the [first] of](/a) photos and more",
            "with links of templates",
        ),
        ("Rivers move. Slowly.", "Rivers move", "the first sentence"),
        ("Why do **rivers** move? Because.", "Why do rivers move?", "its question mark stays"),
        ("word " * 40, "word " * 15 + "word…", "a long one is cut after a word"),
        ("河は動く。ゆっくり。", "河は動く", "another full stop"),
        ("- one\n- two", "", "a list is no sentence"),
        ("**Ann Lee:** Rivers move.", "", "nor is what somebody says"),
        ("__Ann Lee__: Rivers move.", "", "with the colon behind the name"),
        ("> Quote", "", "nor is a quote"),
        ("## Section\n\nText", "", "nor a heading"),
        ("![](a.png)\n\nText about it", "Text about it", "an image is passed over"),
        ("", "", "nothing"),
    ],
)
def test_first_words_come_from_leading_prose(text: str, words: str, remark: str) -> None:
    assert first_words(text) == words, remark


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        ("First\nline.\n\nSecond.", "First line.", "a paragraph ends at an empty line"),
        ("# Head\n\n![x](y)\n\nText.", "Text.", "headings and images"),
        ("# Head\nText.", "Text.", "a heading without an empty line after it"),
        ("Text.\n# Head", "Text.", "nor before it"),
        ("{% include x %}\n\n{{< figure src='a' >}}\n\nReal.", "Real.", "tags of Liquid and Hugo"),
        ("{% include figure.html\n   src='a'\n\n   alt='b' %}\n\nReal.", "Real.", "a tag over several lines"),
        ("import A from 'a'\n\nexport const b = {\n  c: 1,\n}\n\nReal.", "Real.", "modules"),
        ("import matters. So does export.", "import matters. So does export.", "words that begin like modules"),
        ("| a | b |\n|---|---|\n| c | d |\n\nReal.", "Real.", "a table"),
        ("a | b\n--|--\nc | d\n\nReal.", "Real.", "a table without outer lines"),
        ("Term\n: Meaning\n: Another\n\nReal.", "Real.", "a definition list"),
        ("Term\n\n:   Meaning\n\n    goes on\n\n:   Another\n\nReal.", "Real.", "definitions with blank lines"),
        ("Three things:\nwater, stone and time.", "Three things: water, stone and time.", "a colon ends a line"),
        ("```\ncode\n\nmore code\n```\n\nReal.", "Real.", "code with empty lines"),
        ("```{r setup, include=FALSE}\nx <- 1\n```\n\nReal.", "Real.", "a cell of R Markdown"),
        ("    code\n\nReal.", "Real.", "indented code"),
        ("<script>\nlet a;\n\nlet b;\n</script>\n\nReal.", "Real.", "a script"),
        ("<p>Put the kettle on.<br />\nWait &#8211; a minute.</p>", "Put the kettle on. Wait – a minute.", "HTML"),
        ("<div class='x'>\n\nReal.\n\n</div>", "Real.", "Markdown in HTML"),
        ("`<snow-fall>` and <b>bold</b> or ``<a> ` <b>``.", "`<snow-fall>` and bold or ``<a> ` <b>``.", "tags in code"),
        ('See [all]({{<relref "all.md">}}) and [one]({{< ref "one" >}}).',
         'See [all]({{<relref "all.md">}}) and [one]({{< ref "one" >}}).', "links by shortcodes"),
        ("The [VGA text mode] is [simple][1] as [a list] is.\n\n[vga  text Mode]: https://a.example\n[1]: /b",
         "The VGA text mode is simple as [a list] is.", "links with targets elsewhere"),
        ("(one.two)=\n# Title\n\n+++\n\nA {term}`series <Series>` of {py:func}`~a.b` and `{x}` or `{y}`.",
         "A series of b and `{x}` or `{y}`.", "targets, breaks and roles of MyST"),
        ("<https://a.example> is a link.", "<https://a.example> is a link.", "a link that looks like HTML"),
        ("[![a](b)](c) [![d](e)](f)\n\nReal.", "Real.", "badges"),
        ("[prism classes='language-yaml']\na: b\n\nc: d\n[/prism]\n\n[div]\nReal.", "Real.", "code in brackets"),
        ("<%= image file: 'a.png',\n\n  alt: 'b' %>\n\nReal.", "Real.", "a tag of ERB"),
        ("Real {% quote Ann %}words{% endquote %} and `{% a %}` of [b]({% link c.md %}).",
         "Real words and `{% a %}` of [b]({% link c.md %}).", "tags of Liquid in a line"),
        ("Real {% link_to \"b\" %}, {% post_link c-d %}, {% relref 'e.md' %}.", "Real b, c-d, e.md.", "tags that link"),
        ('See {{< relref "b c.md" >}}, {{% ref d %}}; [e]({{< ref f >}}), `{{< ref g >}}`.',
         "See b c.md, d; [e]({{< ref f >}}), `{{< ref g >}}`.", "shortcodes that link"),
        ("<p>\n{%- a %}\n<% c %>Real [d]({% link e.md %}).\n</p>", "Real [d]({% link e.md %}).", "tags in HTML"),
        ("[toc]\n\nReal.", "Real.", "a table of contents"),
        ("[[_TOC_]]\n\n::: note\nReal.\n:::", "Real.", "a box"),
        (":::tip[Do]\nThis.\n\nAnd that.\n:::\n\nReal.", "Real.", "prose rather than a box"),
        ('::tip{icon="a"}\nThis.\n::\n\nReal.', "Real.", "prose rather than a box of Nuxt Content"),
        (":read-more{to='/a'}\n\nReal.\n::tip\nThis.\n::", "Real.", "a component of Nuxt Content"),
        ('{{% alert color="info" %}}\nThis.\n{{% /alert %}}\n\nReal.', "Real.", "prose rather than a remark"),
        ("{%- note -%}\nThis.\n{% endnote %}\n\nReal.", "Real.", "prose rather than a tag for remarks"),
        ("{{< note >}}\nReal.\n{{< tip >}}", "Real.", "a shortcode without an end"),
        ("{{% box %}}\nReal.\n{{% /box %}}", "Real.", "a shortcode around the text"),
        ('<Note type="tip">\n  This.\n</Note>\n\nReal.', "Real.", "prose rather than a component for remarks"),
        ("<aside>\n💡 This.\n\n</aside>\n\nReal.", "Real.", "a callout of Notion"),
        ("<Note>\n  This.\n</Note>", "This.", "a remark if there is nothing else"),
        ("<Note />\nReal.\n\nMore.", "Real.", "a component without a text"),
        ("<Layout>\n\nReal.\n\n</Layout>", "Real.", "a component around the text"),
        ("# 1. Use it\n\n## Status\n\nAccepted\n\n## Context\n\nReal.", "Real.", "the status of a decision"),
        ("## Status\n\nAccepted\n", "Accepted", "the status if there is nothing else"),
        ("Status: Done\nOwner: Ann\n\nReal.", "Real.", "lines of metadata"),
        ("**Venue:** Rivers 2020\n**Evidence:** A sentence about what the note says here.\n\nReal.",
         "Real.", "lines with bold labels, most of them known"),
        ("**Summary:** Real.\n**Author:** Ann", "**Summary:** Real. **Author:** Ann", "a summary among such lines"),
        ("Note: this is prose.", "Note: this is prose.", "a word before a colon"),
        ("[1]: https://a.example\n\nReal.", "Real.", "the target of a link"),
        ("***\n\n* * *\n\nReal.", "Real.", "rules"),
        ("- one\n- two\n\nReal.", "Real.", "prose rather than a list"),
        ("> Quote\n\nReal.", "Real.", "prose rather than a quote"),
        ("- [ ] one\n  more\n- two", "one more", "a list if there is nothing else"),
        ("- ## Usage\n\t- ``` sh\n\t  ls\n\t  ```\n\t- One\n\t- two", "One", "an outline"),
        ("> [!note] Remember\n> Quote\n> more", "Quote more", "a quote if there is nothing else"),
        ("Some *text* with a [link](https://a.example) and ![an image](b.png) in it.",
         "Some *text* with a [link](https://a.example) and in it.", "an image in the text"),
        ("Intro.\n\n<!-- more -->\n\nRest.", "Intro.", "up to the author's mark"),
        ("One.\n\n![x](y)\n\nTwo.\n\n<!--truncate-->\n\nRest.", "One. Two.", "all prose before the mark"),
        ("Some words <!--more--> and others.", "Some words", "the mark inside a paragraph"),
        ("Intro.\n\n{/* truncate */}\n\nRest.", "Intro.", "the mark of MDX"),
        ("<!-- more -->\n\nRest.", "Rest.", "a mark with nothing before it"),
        ("More and more <!-- a comment --> words.", "More and more words.", "another comment"),
        ("%% a %%\n\nReal %%b%% text.", "Real text.", "comments of Obsidian"),
        ("%%\na\n\nb\n%%\nReal.", "Real.", "such a comment over several lines"),
        ("> [!info] A\n> %% a %%%% b %%\n\n- %%a%%\n- One", "One", "lists and quotes with nothing but comments"),
        ("%% Real.\n\nMore.", "%% Real.", "signs that begin no comment"),
        ("Some `%%a%%` and %%b.", "Some `%%a%%` and %%b.", "per cent signs and code"),
        ("[Skip](#main)\n\n[A](/a) [B](/b) | [[C]]\n\nReal.", "Real.", "prose rather than links"),
        ("- [A](/a)\n- [B](/b)\n\n> Quote", "Quote", "a quote rather than a list of links"),
        ("[A](/a) is prose.\n\nMore.", "[A](/a) is prose.", "a sentence that begins with a link"),
        ("[A](/a)", "[A](/a)", "a link if there is nothing else"),
        ("- [[Abstract]]\n\t- One\n- [[Attachments]]", "One", "an outline with the names of its sections"),
        ("- [[Readwise]][[2023-03-27]]\n\t- One", "One", "links to the notes of a service and of a day"),
        ("- ![a](b)\n- One", "One", "an image in a list"),
        ("- a\n- -", "a", "an item without words"),
        ("- -\n\t- - One", "One", "items inside empty ones"),
        ("[\n\n![a](b)\n\n](/c)[\n\n![a](b)\n\n](/c)\n\nReal.", "Real.", "a link around images"),
        ("Text.[![a](b)](/c) More [](d)text.", "Text. More text.", "links without a text"),
        ("> ## Excerpt\n> One\ntwo.\n\n---\nReal.", "One two.", "the excerpt of a clipper"),
        ("> [!summary]+ In short\n> One.\n\nReal.", "One.", "a summary in a box"),
        ("> [!quote] One.\n\nReal.", "Real.", "another box"),
        ("*Originally published at [a.example](https://a.example/b).*\n\n# Head\n\nReal.", "Real.", "a credit"),
        ("This post first appeared on https://a.example/b and was edited.\n\nReal.", "Real.", "a longer one"),
        ("_Clipped from <https://a.example/b>_\n\nReal.", "Real.", "where it was clipped"),
        ("Originally, rivers were straight.\n\nMore.", "Originally, rivers were straight.", "a sentence like that"),
        ("↪[Up](a.md)\n\nReal.", "Real.", "a link behind a sign"),
        ("**Attendees:**\n\n- A\n\nReal.", "Real.", "a label in bold"),
        ("**Attendees:**\n| a | b |\n|---|---|\n| c | d |\n\nReal.", "Real.", "a label above a table"),
        ("Real words.\na | b\n--|--\nc | d\n\nMore.", "Real words.", "prose above a table"),
        ("Contents:\n\n- [a](#a)\n\nReal.", "Real.", "a label"),
        ("Updated 06/18/2022\n\nReal.", "Real.", "a date of change"),
        ("*Last reviewed on 2 May 2021.*\n\nReal.", "Real.", "in italics"),
        ("Updated in 2021, the bend remains.\n\nMore.", "Updated in 2021, the bend remains.", "a sentence"),
        ("目录：\n\n- a\n\nReal.", "Real.", "one in Chinese"),
        ("当你学习一门新的编程语言时：\n\n- a", "当你学习一门新的编程语言时：", "a sentence in Chinese"),
        ("You can do this with:\n\n    code", "You can do this with:", "a sentence that introduces code"),
        ("![a](b){:.normal .right}\n\n![a](b){width=50%}\n\nReal.", "Real.", "the attributes of an image"),
        ('A [b](c){:target="_blank"} d{: .e} {f}.', "A [b](c) d {f}.", "those of a link and a span"),
        ("I'm <font color='red'>Eny</font><span>gma</span><br>and <b>b</b>.", "I'm Enygma and b.", "tags in a word"),
        ("一\n\n**A**\n\nReal words.", "Real words.", "a number alone"),
        ("- ***\n\t- One\n- ***", "One", "a rule in a list"),
        ("<details>\n<summary>Notes</summary>\n> Real.\n> More.\n</details>", "Real. More.", "details"),
        ("H<sub>2</sub>O, 10<sup>6</sup>, <i>x</i><sup>n+1</sup>.", "H₂O, 10⁶, xⁿ⁺¹.", "raised and lowered text"),
        ("<p>The <b>mill</b>, <a href='/a'>shut</a>.</p>", "The mill, shut.", "tags without blanks around them"),
        ("<h2>Head</h2>\n<p>Real.</p>\n<p>More.</p>", "Real.", "the first of several elements"),
        ("<div><ul><li>One</li><li>Two</li></ul><p>Real.</p></div>", "Real.", "prose rather than a list in HTML"),
        ("<blockquote><p>Quote</p></blockquote><pre>code</pre><ol><li>One</li></ol>", "Quote", "a quote in HTML"),
        ("<table><tr><td>1</td></tr></table><p>Real.</p>", "Real.", "a table above it on one line"),
        ("<div>\n  <p><b>Thanks</b></p>\n  <p>Real.</p>\n</div>", "Real.", "prose rather than bold text in HTML"),
        ("<p><b>Thanks</b></p>", "Thanks", "bold text if there is nothing else"),
        ('<p>{{< link "/a" >}}</p>\n\n<p>Real.</p>', "Real.", "a template in HTML"),
        ("<?php echo 1 ?>\n<!DOCTYPE html>\n<p>Real.</p>", "Real.", "what is not HTML's content"),
        ("{% highlight js %}\nx\n\ny\n{% endhighlight %}\n\nReal.", "Real.", "code of Liquid"),
        ('{{< highlight go "linenos=table" >}}\nx\n\ny\n{{< /highlight >}}\n\nReal.', "Real.", "code of Hugo"),
        ("{{% notice tip %}}\nThis.\n{{% /notice %}}\n\nReal.", "Real.", "prose rather than a notice"),
        ("{::comment}\nNot shown.\n\nNor this.\n{:/comment}\n\nReal.", "Real.", "a comment of kramdown"),
        ("Real{: .lead} words.\n{: .x #y}\n\nMore.", "Real words.", "attributes of kramdown"),
        ("Real {/* or not */}words.", "Real words.", "a comment of MDX"),
        ("Real^[or not] words[^1].", "Real words.", "notes"),
        ("Cut at `<!-- more -->` here.\n\nMore.", "Cut at `<!-- more -->` here.", "the author's mark in a line's code"),
        ("Real.\n\n```\n<!-- more -->\n```\n\nMore.", "Real.", "and in a code block"),
        ("word " * 200, ("word " * 200)[:319].rstrip() + "…", "a long one is cut"),
        ("", "", "nothing"),
        ("---\n***\n", "", "no words at all"),
    ],
)  # fmt: skip
def test_excerpt_is_the_first_paragraph_of_prose(text: str, expected: str, remark: str) -> None:
    assert excerpt(text) == expected, remark


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        ("Head\n----\n\n.. image:: a.png\n   :alt: An image\n\nReal.", "Real.", "a directive with its content"),
        (":tags: a\n:date: b\n\nReal.", "Real.", "fields"),
        ("+---+---+\n| a | b |\n+---+---+\n\nReal.", "Real.", "a table"),
        ("Intro.\n\n.. TEASER_END\n\nRest.", "Intro.", "up to the mark of Nikola"),
        (
            ".. class:: lead\n\nReal `long\nlink <https://a.example>`_.",
            "Real [long link](https://a.example).",
            "a class",
        ),
        ("Ask the `community`__ here.", "Ask the community here.", "a link by name"),
    ],
)
def test_rst_excerpt_is_the_first_paragraph_of_prose(text: str, expected: str, remark: str) -> None:
    assert excerpt(text, rst=True) == expected, remark


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\n{/* truncate */}\n\nTwo.", "One.\n\n\n\nTwo."),
        ("One.\n\n<!--more-->\n\nTwo.", "One.\n\n\n\nTwo."),
        ("One `<!--more-->`\n\n<!--more-->", "One `<!--more-->`\n\n"),
        ("One /* two */ <!-- three -->", "One /* two */ <!-- three -->"),
        ("- One\n  id:: 6103e488\n  collapsed:: true\n\t- Two\n\t  card-last-score:: 5", "- One\n\t- Two"),
        ("- One\n  type:: essay\n  std::move", "- One\n  type:: essay\n  std::move"),
        ("- #+BEGIN_TIP\n  One\n  #+END_TIP", "  One\n"),
        ("- #+BEGIN_TIP\n  One\n  #+END_TIP\n- Two", "  One\n- Two"),
    ],
)
def test_markup_for_programs_is_not_visible(text: str, expected: str) -> None:
    assert visible_text(text) == expected


@pytest.mark.parametrize(
    "text",
    ["![" * 50_000, "[" * 100_000, "`" * 100_000, "**a" * 30_000, "_a " * 30_000, "<a " * 30_000, "# " + "*" * 90_000,
     "[a](" * 25_000, "- " * 50_000, "<!--" * 25_000, "> " * 50_000, "{%" * 50_000, "|-" * 50_000, "a\n" * 50_000,
     "<ul>" * 25_000, "<p>" * 30_000, "<blockquote><" * 9_000, "<!--more`" * 9_000, "```\n<!--" * 9_000,
     "((" * 50_000, "[a](" + "(" * 90_000, "=\n" * 50_000],
)  # fmt: skip
def test_hostile_text_is_searched_in_linear_time(text: str) -> None:
    start = time.process_time()
    find_title(text)
    excerpt(text)
    first_words(text, rst=True)
    plain_text(text)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        (
            "Mail [the whole team](mailto:team@a.example) now",
            "Mail the whole team…",
            "a link that is cut in its target",
        ),
        ("Mail all of [the whole team](https://a.example)", "Mail all of the whole…", "or in its text"),
        ("Mail [us](/a) and [them](/b) and everybody", "Mail [us](/a) and them…", "another link before it"),
        ("Call `the_function(a, b)` and wait for it", "Call the_function(a,…", "code"),
        ("Be **very careful with the kettle** today", "Be very careful with…", "emphasis"),
        ("No more than twenty-four of them", "No more than twenty-fo…", "a word"),
    ],
)
def test_excerpt_is_cut_between_marks(text: str, expected: str, remark: str) -> None:
    assert excerpt(text, limit=23).replace("\n", " ") == expected, remark
