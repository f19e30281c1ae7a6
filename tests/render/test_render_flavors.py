"""Rendering of the Markdown extensions of GitHub, Obsidian and site generators."""

from __future__ import annotations

import pytest
from drawing import draw
from sweep import sample

CASES = [
    # callouts
    ("> [!NOTE]\n> a", "▌ Note\n▌\n▌ a", "GitHub's callout"),
    ("> [!info]- A *title*\n> a", "▌ A title\n▌\n▌ a", "Obsidian's callout"),
    ("> [!multi-word]\n> - a", "▌ Multi word\n▌\n▌  • a", "a callout with a list"),
    ("> plain [!NOTE]", "▌ plain [!NOTE]", "a quotation"),
    ('!!! warning "A title"\n    a\n\nb', "▌ A title\n▌\n▌ a\n\nb", "MkDocs' admonition"),
    ("??? note\n    a", "▌ Note\n▌\n▌ a", "a collapsed admonition"),
    (":::tip My tip\na **b**\n:::", "▌ My tip\n▌\n▌ a b", "Docusaurus' admonition"),
    (":::caution[Be *aware*]\na\n:::", "▌ Be *aware*\n▌\n▌ a", "with a title in brackets"),
    ("::: info\na\n:::", "▌ Info\n▌\n▌ a", "VitePress' container"),
    # components of Nuxt Content, directives of remark
    ('::tip{icon="a"}\na **b**\n\n```\n::tip\n```\n::\nc', "▌ Tip\n▌\n▌ a b\n▌\n▌  ::tip\n\nc", "a note"),
    ('::callout{type="warning"}\na\n::\n\n::callout\nb\n::', "▌ Warning\n▌\n▌ a\n\n▌ b", "its kind in a value"),
    ('::note[A title]{to="/b"}\na\n\nc\n::', "▌ A title\n▌\n▌ a\n▌\n▌ c\n▌\n▌ /b[1]", "a title and a target"),
    ("::tip\n:::note\na\n:::\n::", "▌ Tip\n▌\n▌ ▌ Note\n▌ ▌\n▌ ▌ a", "a note in a note"),
    ("::read-more\n---\nicon: i\nto: https://a.example/b\n---\nRead it.\n::", "Read it.[1]", "properties in YAML"),
    (':read-more{to="/a"}', "/a[1]", "a link without a text"),
    (
        '::cards\n  ::card{title="A" to="/a"}\n  b\n  ::\n  ::card\n  ---\n  title: C\n  ---\n  #text\n  d\n  ::\n::',
        "A[1]\n\nb\n\nC\n\nd",
        "nested components with slots",
    ),
    ('a :br b :badge[New]{type="x"} `:a{b}` :icon{name="x"}c 10:30[d]', "a\nb New :a{b} c 10:30[d]", "in a line"),
    (
        '::video{poster="a" controls}\n  :source{src="https://a.example/b.webm"}\n::\n\n:nuxt-img{src="/a" alt="A"}',
        "[video: a.example][1]\n\n[A]",
        "media",
    ),
    ('::github{repo="a/b"}\n\nc\n\n::youtube[D]{#e}', "a/b[1]\n\nc\n\nD[2]", "remark's directives without an end"),
    ("a ::b c\n\n::d\n\ne::f{}", "a ::b c\n\n::d\n\ne::f{}", "colons in a text"),
    (":::note\n**Note:** a\n:::\n\n> [!TIP]\n> **Tip** b", "▌ Note: a\n\n▌ Tip b", "a title that the text repeats"),
    (":::note\n**a** b\n:::", "▌ Note\n▌\n▌ a b", "a text that begins with other words"),
    ('<Code title={name} lang="js" />\na', "a", "an expression for a title"),
    ('{{ example({ a: "b", c: true }) }}\n\nd', "d", "a macro of Nunjucks"),
    ('{{ button({\n  text: "A",\n  href: "/b"\n}) }}', "A[1]", "a macro that is a link"),
    # images
    ("![a &amp; **b** `c`](x.png)", "[a & b c]", "markup in the text of an image"),
    ("![a [b](/c)\nd](x.png)", "[a b d]", "a link and a line break in it"),
    ('{{< figure src="a.png" caption="x]_4V" >}}', "[x]_4V]", "a bracket in a caption"),
    ('{{< figure src="a.png" alt="[b] of __c__" >}}', "[[b] of __c__]", "marks in a description"),
    ('{{< figure src="a.png" caption="&ldquo;x&rdquo;" >}}', "[“x”]", "an entity in a caption"),
    ('{{< figure src="a.png" alt="q" caption="x [a](https://b.c/d)" >}}', "[q] x a[1]", "a link in a caption"),
    ('{{< img-right src="a" alt="b" caption="" >}}', "[b]", "an image by the name of its shortcode"),
    ('{{< file-link file="a.pdf" label="The slides" >}}', "The slides[1]", "a file with a label"),
    ('{{< quote-block text="Rivers move." cite="Ann Lee" >}}', "Rivers move. — Ann Lee", "a text in a value"),
    ("a {{< highlight >}}b{{< /highlight >}} c", "a b c", "marked text, not code"),
    ('{{< fb-video "https://a.example/b" >}}\n\nc', "https://a.example/b[1]\n\nc", "a URL"),
    # lists, footnotes, definitions
    ("- {:.left} a\n- {: .x #y} b\n\n1. {:.z} c", " • a\n • b\n\n 1. c", "kramdown's attributes of items"),
    ("- [x] a\n- [ ] b\n- [c] d", " • ☑ a\n • ☐ b\n • [c] d", "task boxes"),
    ("a[^1] b[^n]\n\n[^1]: c\n[^n]: d", "a¹ b²\n\n 1. c\n 2. d", "footnotes"),
    ("a\n: b\n\n    c", "a\n    b\n\n    c", "a definition of two paragraphs"),
    # mathematics
    ("$a_1 * b_2 * c$", "$a_1 * b_2 * c$", "mathematics in a line"),
    ("\\(a_1\\) and \\[b\\]", "\\(a_1\\) and \\[b\\]", "in TeX's brackets"),
    ("$$\na_1 \\\\ b\n$$", " $$\n a_1 \\\\ b\n $$", "on lines of its own"),
    ("costs $5 and $10", "costs $5 and $10", "prices"),
    # text
    ("==a== b", "a b", "highlighted text"),
    ("**Note:**In the **x** a", "Note:In the x a", "bold before a letter without a space"),
    ("**Why?**2, **b.**c", "Why?2, b.c", "twice in a line"),
    ('2**3:**4 "**4**5"', '2**3:**4 "45"', "powers"),
    ("a %%hidden%% b", "a  b", "Obsidian's comment"),
    ("a\n\n%%\nb\n\n```\nc\n```\n%%\n\nd", "a\n\nd", "a comment over several lines"),
    ("a\n%% b\nc %% d\n> %%\n> e\n> %% f", "a d\n\n▌ f", "comments that end within a line"),
    ("a\n\n%% b\n\nc", "a\n\n%% b\n\nc", "a comment without an end"),
    ("```mermaid\n%% a\nb\n%% c\n```\n`%%d%%`", " %% a\n b\n %% c\n\n%%d%%", "per cent signs in code"),
    (":smile: 10:30:00 :material-check: :unknown-name:", "😄 10:30:00 :unknown-name:", "names of emoji and icons"),
    ("[[Page]] [[Page|label]] ![[file.png]]", "Page[1] label[1] [file.png]", "wiki links"),
    ("![[img/icon.svg#x]] ![[a.png|A map]]", "[icon.svg] [A map]", "embedded files"),
    ("[[Bug #1]] [[Bug #2]]\n\n[Bug #1]: https://a.example/", "[Bug #1[1]] Bug #2[2]", "references in brackets"),
    ('[[a-b]] [[c]]\n\n[a-b]: a-b.md "A B"\n[c]: ../c', "a-b[1] c[2]", "Foam's definitions below wiki links"),
    ("a\n\n```{r setup, include=FALSE}\nx <- 1\n```\n\nb", "a\n\nb", "a cell that is not included"),
    ("a\n\n```{python}\n#| echo: false\nx = 1\n```\n\nb", "a\n\nb", "a cell without its code"),
    ("```{r, echo=TRUE, cache=F}\n#| label: x\n#| echo: fenced\ny <- 1 #| z\n```", " y <- 1 #| z", "a cell"),
    ("```r\n#| echo: false\n```", " #| echo: false", "code that is no cell"),
    ("```js\n// highlight-next-line\na\n// highlight-start\nb\n// highlight-end\n```", " a\n b", "Docusaurus' marks"),
    ("```py\n# highlight-next-line\na\n```", " a", "after a hash"),
    ("```jsx\n{/* highlight-next-line */}\n<a/>\n<!-- highlight-end -->\n```", " <a/>", "in other comments"),
    ("```js\na // [!code ++]\nb // [!code highlight]\n```", " a\n b", "VitePress' marks"),
    (
        "```js\n// highlight-next-lines\na = 'highlight-start'\n```",
        " // highlight-next-lines\n a = 'highlight-start'",
        "no marks",
    ),
    # blocks
    (
        "### A\n\t- b\n\t\t- c\n\t- d\n\n- e\n\t- f",
        "A\n\n • b\n    • c\n • d\n • e\n    • f",
        "an outline",
    ),
    ("`[a]([[b]])` [a]([[b]])", "[a]([[b]]) a[1]", "a page link in code"),
    ("a\n\n\t- b", "a\n\n - b", "code that begins with a dash"),
    (
        '=== "A"\n\n    one\n\n    ```py\n    x = 1\n    ```\n\n=== "B"\n\n    two\n\nafter',
        "A\n\none\n\n x = 1\n\nB\n\ntwo\n\nafter",
        "content tabs",
    ),
    ('::: {.callout-tip title="T"}\na\n:::\n\n::: {.column}\nb\n:::\n\nc', "▌ T\n▌\n▌ a\n\nb\n\nc", "divs"),
    (
        "+---+----+\n| a | *b* |\n+---+----+\n\nc\n\n+----+\n\nd",
        " +---+----+\n | a | *b* |\n +---+----+\n\nc\n\n+----+\n\nd",
        "no grid",
    ),
    (
        "a\n\n+---+----+\n| b | *c*|\n|   | d  |\n+===+====+\n| e | f  |\n+---+----+",
        "a\n\nb  c d\n──────\ne  f",
        "a grid",
    ),
    (':::image type="content" source="a.png" alt-text="A":::\n:::row:::\nb\n:::row-end:::', "[A]\n\nb", "of Learn"),
    ('> [!div class="x"]\n> [Next](https://a.example/)\n', "▌ Next[1]", "a button of Learn"),
    ('%[https://a.example/] ![A](https://b.example/c.png align="left")', "https://a.example/[1] [A][2]", "of Hashnode"),
    ("[a]([[Page]]) ((60a78b6b-688c-4ced-9104-60784597daf9))", "a[1] …", "of Logseq"),
    ("![[a.png|300]] b ^block-id", "[a.png] b", "a size and the name of a block"),
    ("a\n\n    :::python\n    x = 1\n", "a\n\n x = 1", "the language of code"),
    ('a [b](c.md){ data-preview } {% include x.html title="y" %}', "a b[1]", "attributes and includes"),
    ('{% picture_of "a/b.png" "c" %}', "[c]", "an image by its name"),
    ("[a](/b c/d e.png) ![f](g h.jpg) [i](j 'k.l')", "a[1] [f] i[2]", "blanks in paths"),
    ('<div class="a" markdown>\n**b**\n</div>\n\n<p markdown="1">*c*</p>\nd', "b\n\nc\n\nd", "Markdown in HTML"),
    ("[[Bug #1]](https://a.example/) [[b]]", "[Bug #1][1] b[2]", "brackets in a link"),
    (
        "**中文。**中文 **한국(a)**는 中**“文”**中 *a.*b",
        "中文。中文 한국(a)는 中“文”中 *a.*b",
        "emphasis without blanks",
    ),
    ("![a](b.png){.c\n  d='e f'} g", "[a] g", "attributes on two lines"),
    ("```{=html}\n<b>a</b>\n```\n\n```{=latex}\n\\b\n```", "a", "blocks of Pandoc in another language"),
    # templates
    ('[a]({{ "/x" | url }}) {{ site.title }}{{ name }}', "a[1] {{name}}", "values"),
    ("a: <{{ release.url.gz }}>", "a:", "a value as a link"),
    ("{% raw %}{{ a.b }}{% endraw %}", "{{ a.b }}", "raw text"),
    ("{% raw %}\n```\n{{ a.b }}\n```\n{% endraw %}", " {{ a.b }}", "raw code"),
    ("{% highlight py %}\na = {{ 1 }}\n{% endhighlight %}\nb", " a = {{ 1 }}\n\nb", "Jekyll's code"),
    ("{{< highlight go >}}\na\n{{< /highlight >}}", " a", "Hugo's code"),
    ("`{% raw %}{{ a.b }}{% endraw %}` `{% raw %}`", "{{ a.b }} {% raw %}", "raw code in a line"),
    ("{% photo /a.jpg It's b %}{% img left /c.png 90 9 'd' %}", "[It's b][d]", "captions of Octopress"),
    ("{% comment %}a{% endcomment %}b", "b", "a comment"),
    ('{{< figure src="https://x.example/i" alt="a" >}}', "[a][1]", "Hugo's figure"),
    ("{{< youtube abc >}}", "Youtube[1]", "a video by its id"),
    ('{{ youtube(id="abc") }}', "Youtube[1]", "Zola's shortcode"),
    ('{{% notice title="T" %}}a{{% /notice %}}', "T a", "a shortcode with content"),
    ('{% include note.html content="b *c*" %}', "b c", "the content of an inclusion"),
    (
        '{% code title="a" %}\n```js\nb\n```\n{% endcode %}\n\n{% code %}\nc\n{% endcode %}',
        " b\n\n c",
        "code around a fence",
    ),
    ('{{< tab "A" >}}b{{< /tab >}}\n{{< tab "C" >}}d{{< /tab >}}', "A\n\nb\n\nC\n\nd", "tabs named by position"),
    ('{{% expand "A" %}}b{{% /expand %}}', "A\n\nb", "a text that opens"),
    ("{% link a.md %}", "a.md[1]", "a path on its own"),
    ('See {{< ref "a.md" >}}, or {% post_url 2021-10-02-b %}.', "See a.md[1], or 2021-10-02-b[2].", "between words"),
    ('[a]( {% link b.md %} "c") [d]({% post_url e %})', "a[1] d[2]", "the target of a link"),
    ("[a]: {% link b.md %}\n\n[a]", "a[1]", "the target of a reference"),
    ('{% include x.html a="b" %}a', "a", "an inclusion"),
    ('{% include figure.html path="a/b.png" caption="C" title="d" zoomable=true %}', "[C]", "an image in an inclusion"),
    ('{% include image.html src="a.png" %}', "[a.png]", "without a description"),
    ('{% include image.html src="a.png" alt="" %}b', "b", "a decoration"),
    ('{% include figure image_path="/a/b.jpg" alt="q" caption=page.c %}', "[q]", "with a variable"),
    ('{% include x/photo.html image="a.png" alt="b" %}', "[b]", "in another file"),
    ('{% include youtube.html id="abc" title="A" %}', "A[1]", "a video in an inclusion"),
    ('{% include video.html url="https://a.example/b" %}', "https://a.example/b[1]", "at its address"),
    ("<div>\n    <div>\n        {% include x.html %}\n    </div>\n    <p>b</p>\n</div>", "b", "an inclusion in HTML"),
    ("<ul>\n  {% for a in b %}\n    <li>c {{ a.name }}</li>\n  {% endfor %}\n</ul>", " • c", "a loop in HTML"),
    ('<div>\n    {{< figure src="https://a.example/b.png" alt="q" >}}\n</div>', "[q][1]", "an image in HTML"),
    ("<div>\n    {{ content }}\n    <p>b</p>\n</div>", "{{content}}\n\nb", "a value in HTML"),
    ("<div>\n\n    {% x %}\n\n    a\n", " a", "code below HTML"),
    ("a\n\n  {% x %}\nb", "a\n\nb", "a tag in a text"),
    ("# a {#id}\n\nb\n{: .c}", "a\n\nb", "attributes of kramdown"),
    ('[a](https://x.example/){:target="_blank"}', "a[1]", "attributes of a link"),
    ("a {x} {1,2}", "a {x} {1,2}", "braces in text"),
    ("`{{ a.b }}` `{% c %}`", "{{ a.b }} {% c %}", "templates in code"),
    ("```\n{{ a.b }}\n```", " {{ a.b }}", "templates in a code block"),
    ('<%= image file: "a/b.png",\n  caption: "c" %> <% if x %>d<% end %> `<%= e %>`', "[c] d <%= e %>", "ERB"),
    ("<%= link_to 'a', 'https://a.example/' %><%# b %>", "a[1]", "a link by ERB"),
    ('{%@ Note type: "x" do %}\na\n{% end %}\n{%@ "b/c" %}', "a", "components of Bridgetown"),
    # brackets
    ('[prism classes="language-py x"]\na = {{ 1 }}\n[/prism]\nb', " a = {{ 1 }}\n\nb", "Grav's code"),
    ("[code lang='sh']a[b][/code]", " a[b]", "WordPress' code"),
    ('[caption id="a" width="9"]![A](https://a.example/) B[/caption]', "[A][1] B", "a caption"),
    ("[div class=a]\n\nb [c=1]d[/c]\n\n[/div]", "b d", "layout"),
    ("a[youtube https://www.youtube.com/watch?v=b] [gallery ids=1,2]", "aYoutube[1]", "embedded media"),
    ("[embed]https://a.example/[/embed]", "https://a.example/[1]", "an embedded page"),
    ("[video mp4=https://a.example/b.mp4 width=9]", "Video[1]", "a film"),
    ("a[i] = [b] and [/c](https://a.example/) `[div][/div]`", "a[i] = [b] and /c[1] [div][/div]", "text in brackets"),
    ("[a]\n\n[/a]: https://a.example/\n[a]: https://a.example/", "a[1]", "references"),
    ("{% embed https://dev.to/a/b %} {% x https://a.example/?c=d %}", "Embed[1] https://a.example/?c=d[2]", "URLs"),
    ("{% link https://a.example/?b=c %}", "https://a.example/?b=c[1]", "a link by its URL"),
    ("{{< video src=https://a.example/b.mp4 >}}", "Video[1]", "a film of Hugo's"),
    # MDX
    ("import A from \"b\";\nimport { C } from 'd'\n\na", "a", "imports"),
    ("import A from 'a'; import B from 'b/c';\n\na", "a", "imports on one line"),
    ("<img width={9} src={require('./a.png').default} style={{ b: 'c' }} alt={`d`} />", "[d]", "HTML of JavaScript"),
    ("export const a = 1;\n\nb", "b", "exports"),
    ("import this is prose", "import this is prose", "prose that begins with import"),
    ('<Tabs>\n<TabItem value="n" label="npm">\n\na\n\n</TabItem>\n</Tabs>', "npm\n\na", "components"),
    ("{/* a */}b", "b", "a comment of MDX"),
    ('<Card href="https://x.example/" title="A" />', "A[1]", "a component with a link"),
]


@pytest.mark.parametrize(("markdown", "drawn", "remark"), CASES, ids=[remark for _, _, remark in CASES])
def test_markdown_extension_is_rendered(markdown: str, drawn: str, remark: str) -> None:
    assert draw(markdown)[0].rstrip("\n ") == drawn, remark


SIGNS = [
    *("{% raw %}", "{{<", "{{", "{%", "<%", "<A ", "`", "```\n", "{: ", "import ", '{{< a "', "<A b={", '{{ "', "(]{"),
    *("export const a\n", "{/*", "import {", "[[", "==a", ":a", "%%", "$", "\\(", "!!! a\n", ":::a\n", "[^1]", "{#"),
    *(
        "::a\n",
        "::a{b}\n",
        ":a{",
        ":a[b",
        "{a}`",
        "```{note}\n",
        ":::{grid}\n",
        "(a)=\n",
        "[a ",
        "[a]b[/c]",
        "[youtube ",
    ),
]


@pytest.mark.sweep
@pytest.mark.parametrize("sign", sample(SIGNS, 13))
def test_unclosed_markup_is_rendered_in_linear_time(sign: str) -> None:
    """Any rule that takes quadratic time would make this take minutes."""
    text, _ = draw(f"{sign * (20_000 // len(sign))}\n\nend")
    assert text.endswith("end")
