/* Coding: the list of codes narrows as one types, Enter gives the first that is left or goes on to the next utterance. */
(() => {
  "use strict";
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-filter]");
    if (!field) return;
    const list = document.querySelector(field.dataset.filter);
    const wanted = field.value.trim().toLowerCase();
    for (const item of list.querySelectorAll("[data-filter-item]"))
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    for (const group of list.querySelectorAll("[data-filter-group]"))
      group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const field = event.target.closest("[data-filter]");
    if (field) {
      event.preventDefault();
      const left = `${field.dataset.filter} [data-filter-item]:not([hidden]) button`;
      const first = field.value.trim() && document.querySelector(left);
      if (first) first.click();
    } else if (!event.target.closest("a, button, summary, input, textarea, select, dialog")) {
      const next = document.querySelector("[data-enter]");
      if (next) next.click();
    }
  });

  /* Keys that are pressed while an answer is under way wait for the page that it brings. */
  const waiting = [];
  let busy = false;
  const go = () => {
    busy = false;
    while (!busy && waiting.length)
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: waiting.shift(), bubbles: true, cancelable: true }));
  };
  document.addEventListener("htmx:beforeRequest", () => (busy = true));
  for (const end of ["htmx:afterSettle", "htmx:sendError", "htmx:timeout"]) document.addEventListener(end, go);
  window.addEventListener("keydown", (event) => {
    if (!busy || event.ctrlKey || event.altKey || event.metaKey || event.key === "Tab") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat && (event.key.length === 1 || event.key === "Enter")) waiting.push(event.key);
  }, true);

  /* Whoever opens a list or a memo wants to type. */
  document.addEventListener("click", (event) => {
    const summary = event.target.closest(".coding summary");
    const field = summary && summary.parentElement.querySelector("input[type=search], textarea");
    if (field) setTimeout(() => summary.parentElement.open && field.focus());
  });
})();
