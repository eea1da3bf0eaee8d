// The publicity desk with a mouse or a finger: select words to hide them, press a mark to clear or to hide it.
// Everything is written into the two fields of the form, which can be typed into just as well.
(() => {
  const area = document.getElementById("compare");
  const hide = document.getElementById("marks");
  const clear = document.getElementById("cleared");
  const tool = document.getElementById("marks-tool");
  if (!area || !hide || !clear || !tool) return;

  const add = (field, line, caret) => {
    const lines = field.value.split("\n").filter((one) => one.trim());
    if (!lines.some((one) => one === line || one.startsWith(line))) lines.push(line);
    field.value = lines.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (caret) {
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    }
  };

  const offer = (text, label, act) => {
    tool.textContent = `${label}“${text}”`;
    tool.hidden = false;
    tool.onclick = () => { tool.hidden = true; act(); };
  };

  const bare = (range) => {
    const piece = range.cloneContents();
    piece.querySelectorAll("sup").forEach((sign) => sign.remove());
    return piece.textContent.trim();
  };

  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed || !area.contains(chosen.anchorNode)) return;
    const text = bare(chosen.getRangeAt(0));
    if (text.length > 1 && text.length <= 100 && !text.includes("\n")) {
      offer(text, "隐去", () => add(hide, text, false));
    }
  });

  const press = (event) => {
    const mark = event.target.closest("mark");
    if (!mark) return;
    if (mark.dataset.clear) offer(mark.dataset.clear, "恢复公开", () => add(clear, `${mark.dataset.clear}：`, true));
    else if (mark.dataset.hide) offer(mark.dataset.hide, "隐去", () => add(hide, mark.dataset.hide, false));
  };
  area.addEventListener("click", press);
  area.addEventListener("keydown", (event) => { if (event.key === "Enter") press(event); });
})();
