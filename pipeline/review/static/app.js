/* Keys, focus after a part of the page changed, and selected text as an offset. Everything else works without it. */
(() => {
  "use strict";
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog");
  const keyed = () => [...document.querySelectorAll("[data-key]")].filter((e) => e.offsetParent !== null && !e.disabled);

  /* What a key does, in the words of its button without the key that stands on it. */
  const labelOf = (element) => {
    const copy = element.cloneNode(true);
    for (const hint of copy.querySelectorAll("kbd")) if (hint.textContent === element.dataset.key) hint.remove();
    const label = element.dataset.does || element.getAttribute("aria-label") || copy.textContent;
    return label.replace(/\s+/g, " ").trim();
  };

  const showKeys = () => {
    const dialog = document.getElementById("keys");
    const list = dialog.querySelector("dl");
    list.textContent = "";
    for (const element of keyed()) {
      const key = document.createElement("dt");
      const what = document.createElement("dd");
      key.appendChild(document.createElement("kbd")).textContent = element.dataset.key;
      what.textContent = labelOf(element);
      list.append(key, what);
    }
    dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      showKeys();
      return;
    }
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const element = keyed().find((e) => e.dataset.key === event.key);
    if (!element) return;
    event.preventDefault();
    if (element.matches("textarea, select, input:not([type=checkbox]):not([type=radio])")) element.focus();
    else element.click();
    /* at once: what is typed right after the key goes into the field, not to other keys */
    if (element.matches("summary") && element.parentElement.open)
      element.parentElement.querySelector("input[type=search], textarea")?.focus();
  });

  document.addEventListener("htmx:afterSettle", () => {
    const focus = document.querySelector("[data-focus]");
    if (focus) focus.focus();
    /* the button that was pressed is gone: Tab goes on from the new content, not from the top of the page */
    else if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
    const said = document.querySelector("main .notice");
    document.getElementById("said").textContent = said ? said.textContent : "";
  });

  document.addEventListener("htmx:beforeSwap", () => {
    document.getElementById("gone").hidden = true;
  });

  document.addEventListener("htmx:responseError", () => {
    document.getElementById("gone").hidden = true;
  });

  document.addEventListener("htmx:sendError", () => {
    document.getElementById("gone").hidden = false;
  });

  /* Offsets count code points, as everywhere in this project; the browser counts UTF-16 units. */
  const points = (text) => Array.from(text).length;
  /* What is selected of the pieces of text that say where they stand; margins that lie between them are no text. */
  const selectedIn = (range, place) => {
    let start = null;
    let text = "";
    for (const piece of place.querySelectorAll("[data-start]")) {
      if (!range.intersectsNode(piece)) continue;
      const part = document.createRange();
      part.selectNodeContents(piece);
      const before = part.cloneRange();
      if (piece.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
      if (piece.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
      before.setEnd(part.startContainer, part.startOffset);
      if (start === null && part.toString()) start = Number(piece.dataset.start) + points(before.toString());
      text += part.toString();
    }
    return { start, end: start + points(text), text };
  };

  document.addEventListener("selectionchange", () => {
    const form = document.getElementById("select-form");
    const selection = document.getSelection();
    if (!form || !selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const place = document.querySelector("[data-select-text]");
    if (!place || !range.intersectsNode(place)) return;
    const selected = selectedIn(range, place);
    if (!selected.text.trim()) return;
    form.elements.start.value = selected.start;
    form.elements.end.value = selected.end;
    form.hidden = false;
    const shown = form.querySelector("[data-selected]");
    if (shown) shown.textContent = selected.text.trim();
  });
})();
