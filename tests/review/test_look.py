"""The look of the review app: nothing inline, colours that can be read, and a script that does what pages count on."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from pipeline.review.guard import HEADERS
from pipeline.review.page import SECTIONS, Notice, Shell, environment, in_path, render, static
from pipeline.review.shell import Trouble

PACKAGE = Path(__file__).parents[2] / "pipeline"
STATIC = PACKAGE / "review" / "static"
TEMPLATES = sorted((PACKAGE / "review" / "templates").glob("*.j2"))
ORIGIN = "http://127.0.0.1:1"
SHELL = Shell("Sample", "Wards & homes", "Ann", "code", "a-word", 7, 1000)

Open = Callable[..., AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A page's record as every screen has one."""

    shell: Shell


def sample(main: str, shell: Shell = SHELL) -> str:
    """A page with this main part, from the templates that all pages share."""
    text = '{% extends "base.html.j2" %}{% import "macros.html.j2" as ui %}{% block main %}' + main + "{% endblock %}"
    return environment().from_string(text).render(page=Sample(shell))


# Nothing inline, nothing from outside

INLINE = {
    "a style": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=|\shx-on", re.IGNORECASE),
    "a script of its own": re.compile(r"<script(?![^>]*\ssrc=)|<script[^>]*>\s*[^<\s]", re.IGNORECASE),
    "code in an attribute": re.compile(r"javascript:|=\s*[\"']js:", re.IGNORECASE),
    "something that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false|Markup", re.IGNORECASE),
    "something from outside": re.compile(r"(?:src|href|action|url\()\s*=?\s*[\"']?(?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_nothing_inline_and_nothing_from_outside(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="x">', "<style>", '<a onclick="f()">', "<p hx-on:click='f()'>", "<script>f()</script>",
        '<script src="a.js">f()</script>', '<a href="javascript:f()">', "<p hx-vals='js:f()'>", "{{ name|safe }}",
        '<link href="https://example.org/a.css">', '<img src="//example.org/a.png">',
    ],
)  # fmt: skip
def test_what_is_inline_would_be_found(text: str) -> None:
    assert any(pattern.search(text) for pattern in INLINE.values())


@pytest.mark.parametrize("path", sorted(STATIC.glob("app.*")) + sorted(STATIC.glob("[!ah]*.*s")), ids=lambda p: p.name)
def test_own_styles_and_scripts_ask_nobody(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?:|url\(|@import|\beval\b|\bFunction\(|innerHTML|insertAdjacentHTML", text)


def test_htmx_is_the_release_that_is_noted_with_its_licence() -> None:
    note = (STATIC / "README.md").read_text(encoding="utf-8")
    content = (STATIC / "htmx.min.js").read_bytes()
    assert re.findall(r"sha256 ([0-9a-f]{64})", note) == [hashlib.sha256(content).hexdigest()]
    assert re.findall(r"htmx (\d+\.\d+\.\d+)", note) == re.findall(r'version:"([^"]+)"', content.decode())
    assert "Zero-Clause BSD" in (STATIC / "htmx.LICENSE").read_text(encoding="utf-8")


def test_every_static_file_is_used_or_tells_of_another() -> None:
    used = {name for path in TEMPLATES for name in re.findall(r'static\("([^"]+)"\)', path.read_text(encoding="utf-8"))}
    assert {path.name for path in STATIC.iterdir()} == used | {"README.md", "htmx.LICENSE"}


def test_static_files_are_not_hidden_from_the_package() -> None:
    root = PACKAGE.parent
    if not (root / ".git").exists():
        pytest.skip("not a checkout")
    names = [str(path) for path in (*STATIC.iterdir(), *TEMPLATES)]
    hidden = subprocess.run(["git", "check-ignore", *names], cwd=root, capture_output=True, text=True, check=False)
    assert (hidden.returncode, hidden.stdout) == (1, "")


def test_the_address_of_a_static_file_changes_with_its_content() -> None:
    digest = hashlib.sha256((STATIC / "app.css").read_bytes()).hexdigest()
    assert static("app.css") == f"/static/app.css?v={digest[:12]}"


# Colours


def schemes(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The colours of a style sheet: light, and dark with what it does not say taken from light."""
    text = path.read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", part)) for part in text.split(":root {")[1:3])
    return light, {**light, **dark}


def luminance(colour: str) -> float:
    """Relative luminance as in WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


WORDS = [
    *itertools.product(("text", "quiet", "accent", "danger"), ("ground", "panel", "field")),
    ("text", "own"), ("on-accent", "accent"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_can_be_read_and_edges_seen(scheme: int) -> None:
    colours = schemes(STATIC / "app.css")[scheme]
    assert [pair for pair in WORDS if contrast(*(colours[name] for name in pair)) < 4.5] == []
    edges = itertools.product(("border", "edge", "accent"), ("ground", "panel", "field"))
    assert [pair for pair in edges if contrast(*(colours[name] for name in pair)) < 3] == []


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_report_and_app_share_their_colours(scheme: int) -> None:
    report = schemes(PACKAGE / "report" / "templates" / "report.css")[scheme]
    app = schemes(STATIC / "app.css")[scheme]
    assert {name: app[name] for name in report} == report
    themes = [app[f"c{k}"] for k in range(8)]
    assert len(set(themes)) == 8


def test_every_variable_that_is_used_is_set() -> None:
    sheets = [path.read_text(encoding="utf-8") for path in STATIC.glob("*.css")]
    used = {name for sheet in sheets for name in re.findall(r"var\(--([a-z0-9-]+)", sheet)}
    assert used <= set(schemes(STATIC / "app.css")[0])


# The frame of a page


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]


def test_a_page_names_where_one_is_and_sends_its_word_along() -> None:
    tags = Tags(sample("<h1>Here</h1>{{ ui.hidden(page.shell) }}"))
    links = {a["href"]: a.get("aria-current") for a in tags.of("a")}
    assert {href: links[href] for _, _, href in SECTIONS if href != "/"} | {"/code": "page"} == {
        href: "page" if name == "code" else None for name, _, href in SECTIONS if href != "/"
    }
    assert json.loads(tags.of("body")[0]["hx-headers"] or "") == {"X-CSRF-Token": "a-word"}
    sent = {field["name"]: field["value"] for field in tags.of("input")}
    assert sent == {"csrf": "a-word", "seen": "7", "opened": "1000"}
    assert tags.of("main")[0]["id"] == "main"
    assert next(a for a in tags.of("a"))["href"] == "#main"


def test_htmx_runs_no_code_and_keeps_no_pages() -> None:
    config = next(meta for meta in Tags(sample("")).of("meta") if meta.get("name") == "htmx-config")
    told = json.loads(config["content"] or "")
    assert told["historyCacheSize"] == 0
    assert told["selfRequestsOnly"] is True
    assert not any(told[name] for name in ("allowEval", "allowScriptTags", "includeIndicatorStyles"))


def test_who_did_not_say_her_name_sees_no_screens() -> None:
    assert Tags(sample("", replace(SHELL, coder=""))).of("nav") == []


def test_undo_says_what_it_takes_back_and_is_not_there_without() -> None:
    assert "/undo" not in sample("")
    page = sample("", replace(SHELL, undo_label="accepted “<b>trust</b>”"))
    assert [form["action"] for form in Tags(page).of("form") if form.get("action")] == ["/undo"]
    assert "(you accepted “&lt;b&gt;trust&lt;/b&gt;”)" in page


@given(st.text())
def test_whatever_is_shown_is_text(text: str) -> None:
    shell = replace(SHELL, title=text, study=text, coder=text or "x", csrf=text, undo_label=text)
    plain = Tags(sample("", replace(SHELL, undo_label="x", notices=(Notice("info", "x"),))))
    shown = Tags(sample("", replace(shell, undo_label=text or "x", notices=(Notice("info", text),))))
    assert [tag for tag, _ in shown.all] == [tag for tag, _ in plain.all]


def test_a_name_that_the_record_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        sample("{{ page.colour }}")


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_name_is_one_part_of_an_address(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9%._~-]*", in_path(name))


def test_macros_quote_and_link() -> None:
    page = sample(
        '{{ ui.quote("a < b", "(BU 42)", "P1", "/read/BU") }}{{ ui.code("trust/fear & hope") }}{{ ui.empty("None.") }}'
        '{{ ui.button(page.shell, "/themes/T1/move", "Move", {"utterance": "BU-1"}, "plain", "x") }}'
        '{{ ui.progress("Done", 0, 0) }}{{ ui.n(12345) }}'
    )
    assert '<p dir="auto">a &lt; b</p>' in page
    assert '<a href="/read/BU">(BU 42)</a> <bdi>P1</bdi>' in page
    assert 'href="/codebook/code?name=trust%2Ffear%20%26%20hope"' in page
    assert '<input type="hidden" name="utterance" value="BU-1"><button class="plain" data-key="x">Move' in page
    assert '<p class="empty">None.</p>' in page
    assert '<progress max="1" value="0" aria-label="Done"></progress>' in page
    assert "12,345" in page


def test_render_gives_a_whole_page() -> None:
    page = render("trouble.html.j2", Trouble(SHELL, "no such code", "trust", "Pick another one.", "/code/x"))
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "<title>Sample · Wards &amp; homes</title>" in page
    assert all(text in page for text in ("No such code", "Pick another one.", 'href="/code/x"'))


# The script, in a real browser


@pytest.fixture
def open_page(browser: Any) -> Open:
    """Opens a page under the app's own headers: open_page(main, **answers), an answer being the main part of a path."""

    @contextmanager
    def opened(main: str, width: int = 1280, **answers: str) -> Iterator[Any]:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=ORIGIN)
        page, problems, asked = context.new_page(), [], []
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.asked = asked

        def answer(route: Any) -> None:
            path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
            asked.append((route.request.method, path, route.request.headers, route.request.post_data))
            if path.startswith("/static/"):
                kind = "text/css" if path.endswith(".css") else "text/javascript"
                route.fulfill(body=(STATIC / path.removeprefix("/static/")).read_bytes(), content_type=kind)
            else:
                body = sample(answers.get(path.strip("/"), main))
                route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=HEADERS)

        context.route("**/*", answer)
        page.goto("/")
        yield page
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        context.close()
        assert problems == []

    return opened


KEYED = """<h1>Keys</h1>
<button data-key="y" type="button">Yes <kbd>y</kbd> or <kbd>Enter</kbd></button>
<button data-key="1" type="button" disabled>Not now</button><button data-key="1" type="button" hidden>Away</button>
<button data-key="1" type="button">Trust</button>
<input type="checkbox" id="tick"><input type="search" data-key="/" data-does="Search"><textarea></textarea>
<a href="/next" data-key="j">Next</a>
<details><summary data-key="m">Memo</summary><textarea id="memo"></textarea></details>"""
COUNT = """() => { window.pressed = []; for (const b of document.querySelectorAll("main button"))
  b.addEventListener("click", () => pressed.push(b.textContent)); }"""


@pytest.mark.browser
def test_a_key_presses_what_carries_it_unless_somebody_types(open_page: Open) -> None:
    with open_page(KEYED, next="<h1>The next</h1>") as page:
        page.evaluate(COUNT)
        for key in ("y", "1", "Control+y", "Alt+1", "x"):
            page.keyboard.press(key)
        page.focus("#tick")
        page.keyboard.press("1")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.type") == "search"
        page.keyboard.type("y1/?j")
        page.focus("main > textarea")
        page.keyboard.type("y1")
        page.keyboard.press("Escape")
        page.keyboard.press("m")
        page.keyboard.type("y!")
        assert page.input_value("#memo") == "y!"
        assert page.input_value("[type=search]") == "y1/?j"
        assert page.evaluate("pressed") == ["Yes y or Enter", "Trust", "Trust"]
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.wait_for_selector("h1:has-text('The next')")


@pytest.mark.browser
def test_the_keys_of_a_page_are_listed(open_page: Open) -> None:
    with open_page(KEYED, width=800) as page:
        page.evaluate(COUNT)
        page.keyboard.press("?")
        keys, does = page.locator("#keys dt").all_inner_texts(), page.locator("#keys dd").all_inner_texts()
        assert list(zip(keys, does, strict=True)) == [
            ("y", "Yes or Enter"), ("1", "Trust"), ("/", "Search"), ("j", "Next"), ("m", "Memo"),
        ]  # fmt: skip
        page.keyboard.press("y")
        assert page.evaluate("pressed") == []
        page.keyboard.press("Escape")
        page.keyboard.press("y")
        assert len(page.evaluate("pressed")) == 1


POST = """<p class="notice info">{said}</p><form method="post" hx-boost="true" action="/{to}" hx-target="#main"
hx-select="#main" hx-swap="outerHTML">{{{{ ui.hidden(page.shell) }}}}<button data-key="y">Yes</button></form>
<p id="here" tabindex="-1"{focus}>here</p>"""


@pytest.mark.browser
def test_after_a_part_changed_it_is_said_and_focus_is_kept(open_page: Open) -> None:
    first = POST.format(said="Ready", to="one", focus="")
    one = POST.format(said="You accepted “trust”.", to="two", focus=" data-focus")
    two = POST.format(said="You rejected it.", to="one", focus="")
    with open_page(first, one=one, two=two) as page:
        page.focus("main button")
        page.keyboard.press("y")
        page.wait_for_selector("#said:has-text('trust')", state="attached")
        assert page.evaluate("document.activeElement.id") == "here"
        method, _, headers, body = next(each for each in page.asked if each[1] == "/one")
        assert (method, headers["x-csrf-token"], "seen=7" in body) == ("POST", "a-word", True)
        page.focus("main button")
        page.keyboard.press("y")
        page.wait_for_selector("#said:has-text('rejected')", state="attached")
        assert page.evaluate("document.activeElement.id") == "main"
        assert page.evaluate("localStorage.length") == 0
        assert "accepted" not in page.evaluate("JSON.stringify({...sessionStorage})")


# One family of five code points, a flag, letters with combining marks, Arabic, and blanks between the pieces.
TALK = "👩‍👧‍👦 said 🇩🇪: e\u0301a\u0308 naïve\n\n“مرحبا”\U0001f642 and\tso on\nend 𝒳."
CUTS = (0, 9, 16, 25, 27, 37, 45, len(TALK))


def reading() -> str:
    """A transcript as the reading screen draws it, with margins between its lines that are no text."""
    pieces = [f'<span data-start="{a}">{TALK[a:b]}</span>' for a, b in itertools.pairwise(CUTS)]
    lines = [f"<div><p>margin {n} 🙂</p><div class='said'>{piece}</div></div>" for n, piece in enumerate(pieces)]
    return (
        f"<h1>Talk</h1><div data-select-text>{''.join(lines)}</div><p id='after'>after</p>"
        '<form id="select-form" hidden><input type="hidden" name="start"><input type="hidden" name="end">'
        "<p data-selected></p></form>"
    )


SELECT = """([a, b]) => {
  const spots = [...document.querySelectorAll("[data-start]")].flatMap((piece) => {
    let unit = 0;
    const at = [];
    for (const point of piece.textContent) { at.push([piece.firstChild, unit]); unit += point.length; }
    return [...at, ["end", piece.firstChild, unit]];
  });
  const starts = spots.filter((spot) => spot[0] !== "end");
  const last = starts[b - 1], length = String.fromCodePoint(last[0].data.codePointAt(last[1])).length;
  getSelection().setBaseAndExtent(...starts[a], last[0], last[1] + length);
}"""


def chosen(page: Any) -> tuple[int, int]:
    """The stretch that the form would send, once the browser told of the selection."""
    page.wait_for_selector("#select-form:not([hidden])")
    form = "document.forms['select-form'].elements"
    start, end = page.evaluate(
        f"new Promise(done => setTimeout(() => done([{form}.start.value, {form}.end.value]), 30))"
    )
    return int(start), int(end)


@pytest.mark.browser
def test_selected_text_is_counted_in_code_points(open_page: Open) -> None:
    words = (
        "👩‍👧‍👦",
        "🇩🇪",
        "e\u0301a\u0308",
        "مرحبا",
        "\U0001f642",
        "said",
        "naïve\n\n“مرحبا”\U0001f642 and",
        "𝒳",
        TALK,
    )
    with open_page(reading()) as page:
        assert page.is_hidden("#select-form")
        for word in words:
            start = TALK.index(word)
            page.evaluate(SELECT, [start, start + len(word)])
            assert chosen(page) == (start, start + len(word)), word
            assert page.locator("[data-selected]").text_content() == word.strip()


@pytest.mark.browser
def test_a_selection_that_begins_or_ends_elsewhere_counts_what_is_of_the_text(open_page: Open) -> None:
    with open_page(reading()) as page:
        page.evaluate(
            "getSelection().setBaseAndExtent(document.querySelector('h1'), 0, document.querySelector('#after'), 1)"
        )
        assert chosen(page) == (0, len(TALK))
        page.evaluate(SELECT, [2, 5])
        assert chosen(page) == (2, 5)
        page.evaluate("getSelection().selectAllChildren(document.querySelector('#after'))")
        assert chosen(page) == (2, 5)
        page.locator(".said").nth(1).click(click_count=3)
        assert chosen(page) == (CUTS[1], CUTS[2])
