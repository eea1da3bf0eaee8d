"""What keeps somebody from reading a page of the portal or the counter: by axe, and by what axe cannot see."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SCRIPT = Axe().axe_script
# Only what is wrong is brought over: what passes is many times as much.
RUN = """(options) => axe.run(document, options).then(({ violations }) => violations.map((one) =>
  `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
NARROW = 320  # CSS pixels: 1280 at four times the size (WCAG 1.4.10)
# A target under 24 by 24 px that does not stand in a sentence (2.5.8).
SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter((one) => {
  const target = ["radio", "checkbox"].includes(one.type) && one.closest("label") || one;
  const box = target.getBoundingClientRect(), style = getComputedStyle(one), parent = one.parentElement;
  if (!box.width || !box.height || style.visibility === "hidden" || style.opacity === "0") return false;
  if (one.closest(".skip, .hidden, details:not([open]) > :not(summary)")) return false;
  if (box.height >= 24 && box.width >= 24) return false;
  const within = [...parent.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim().length > 1);
  return !(one.tagName === "A" && style.display === "inline" && within);
}).map((one) => `small target: ${one.outerHTML.slice(0, 120)}`)"""
# Text that the reader's own spacing would cut off (1.4.12).
CUT = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important;"
    + " word-spacing: .16em !important } p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets.push(style);
  const cut = [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
    const { overflowX, overflowY } = getComputedStyle(one);
    if (![overflowX, overflowY].includes("hidden")) return false;
    if (one.closest(".hidden, svg, input, textarea, select")) return false;
    return one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1;
  }).map((one) => `cut off: ${one.outerHTML.slice(0, 120)}`);
  const wide = document.documentElement.scrollWidth > innerWidth ? ["wider than the page with wide spacing"] : [];
  document.adoptedStyleSheets.pop();
  return [...cut, ...wide];
}"""
# Whatever cannot be scrolled in its own frame must fit (1.4.10).
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *, header *, footer *")].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, .chart, .years, pre, .hidden"))
    .slice(0, 3).map((one) => `wider than ${innerWidth}: ${one.outerHTML.slice(0, 120)}`)"""
# Tables say what they are of, and which cells are their heads (1.3.1); the page says its language (3.1.1).
UNTOLD = """() => [...document.querySelectorAll("table")]
  .filter((one) => !one.querySelector("caption") || ![...one.querySelectorAll("th")].every((th) => th.scope))
  .map((one) => `table without caption or scope: ${one.outerHTML.slice(0, 120)}`)
  .concat(document.documentElement.lang ? [] : ["no language"])"""
# What has the focus is seen: it has an outline, and nothing lies over it (2.4.7, 2.4.11).
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), zone = one.closest("label") || one, style = getComputedStyle(zone);
  const told = one.outerHTML.slice(0, 100), x = box.left + Math.min(box.width, 20) / 2, y = box.top + box.height / 2;
  const above = document.elementFromPoint(x, y);
  if (y < 0 || y > innerHeight || !above || !(one.contains(above) || above.contains(one))) return `covered: ${told}`;
  const outlined = [one, zone].some((each) => parseFloat(getComputedStyle(each).outlineWidth) >= 2);
  return outlined ? told : `no outline: ${told}`;
}"""


def by_axe(page: Any) -> list[str]:
    """Every violation of WCAG 2.2 A and AA that axe knows, whatever its impact."""
    page.evaluate(SCRIPT)
    return page.evaluate(
        RUN, {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": list(WCAG)}}
    )


def barriers(page: Any) -> list[str]:
    """Everything that is measured on the page as it stands, and then as narrow as 320 px."""
    found = by_axe(page) + [fault for check in (SMALL, CUT, UNTOLD) for fault in page.evaluate(check)]
    size = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 800})
    found += page.evaluate(WIDE)
    page.set_viewport_size(size)
    return found


def walk(page: Any, *, most: int = 80) -> list[str]:
    """Go through the page with the tabulator; give what is covered or not seen, and fail where the way does not end."""
    faults, seen = [], set()
    for _ in range(most):
        page.keyboard.press("Tab")
        told = page.evaluate(FOCUS)
        if told is None or told in seen:
            return faults
        seen.add(told)
        faults += [told] if told.startswith(("covered", "no outline")) else []
    return [*faults, f"no end after {most} steps"]
