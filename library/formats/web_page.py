"""A saved web page: the document in it, without what stands around it on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from library import marks
from library.encoding import clean, decode
from library.errors import DocumentRefusedError

SKIPPED = {
    *("script", "style", "noscript", "template", "head", "nav", "header", "footer", "aside"),
    *("form", "select", "button", "textarea", "iframe", "object", "svg", "math", "audio", "video"),
}
BLOCKS = {
    *("address", "article", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl"),
    *("dt", "fieldset", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "html", "li", "main"),
    *("ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
CONTAINERS = {"article", "body", "div", "html", "main", "section", "td"}
AFTERWARDS = re.compile(
    r"[【\[（(]?(?:延伸阅读|相关阅读|相关链接|相关新闻|相关文章|相关报道|推荐阅读|上一篇|下一篇"
    r"|责任编辑|责编|打印|关闭窗口|分享到|扫一扫)"
)
"""What a page says once the document is over."""


@dataclass
class Block:
    """A line of the page and the element that it stands in."""

    element: Any
    text: str = ""
    linked: int = 0
    """How many of its characters are a link."""
    row: bool = field(default=False)


def lines(data: bytes) -> list[str]:
    """The name of the page, then the lines of the element that holds all articles."""
    text = decode(data)
    if re.search(r"<!ENTITY|<!DOCTYPE[^>\[]*\[", text[:100_000], re.IGNORECASE):
        raise DocumentRefusedError("import_harmful")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = html.document_fromstring(text.encode(), parser=parser)
    name = re.split(r"--|[_|–—-]", root.findtext(".//title") or "")[0]
    body = root.find("body")
    blocks = list(_blocks(root if body is None else body))
    whole = _holder([block.element for block in blocks if _is_marked(block.text)])
    found = [name.strip()]
    begun = False
    for block in blocks:
        if whole is not None and whole not in {block.element, *block.element.iterancestors()}:
            continue
        begun = begun or _is_marked(block.text)
        if begun and AFTERWARDS.match(block.text):
            break
        if block.linked < len(block.text) or _is_marked(block.text):
            found.append(block.text)
    return found


def _is_marked(text: str) -> bool:
    return bool(marks.article(text) or marks.section(text))


def _holder(elements: list[Any]) -> Any:
    """The smallest container that holds all of them, or None where there are too few to tell."""
    if len(elements) < 2:
        return None
    common = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        above = {element, *element.iterancestors()}
        common = [one for one in common if one in above]
    return next((one for one in common if one.tag in CONTAINERS), None)


def _blocks(root: Any) -> Iterator[Block]:
    """The lines of a page in their order; a row of a table of data is one line."""
    block, links = Block(root), 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        said = element.text if event == "start" else element.tail
        if event == "start" and element.tag in SKIPPED:
            walk.skip_subtree()
            said = None
        rows = _rows(element) if event == "start" and element.tag == "table" else None
        if rows is not None:
            walk.skip_subtree()
            said = None
        if element.tag in BLOCKS:
            if block.text:
                yield _cleaned(block)
            block = Block(element if event == "start" else element.getparent())
            links = 0 if event == "start" else links
        if rows is not None:
            yield from (Block(element, row) for row in rows)
        if element.tag == "a":
            links += 1 if event == "start" else -1
        if said and not (event == "end" and element is root):
            block.text += said
            block.linked += len(clean(said)) if links > 0 else 0
    if block.text:
        yield _cleaned(block)


def _cleaned(block: Block) -> Block:
    block.text = clean(block.text)
    return block


def _rows(table: Any) -> list[str] | None:
    """The rows of a table of data; None for one that only lays out a page."""
    if table.find(".//table") is not None:
        return None
    rows = []
    for row in table.iter("tr"):
        cells = [clean(" ".join(cell.itertext())) for cell in row if cell.tag in {"td", "th"}]
        if any(_is_marked(cell) or len(cell) > 1000 for cell in cells):
            return None
        rows.append(marks.ROW.join(cells))
    return rows if any(marks.ROW in row for row in rows) else None
