/* A point or a line of the list is read in the panel without loading the map again; without this it is a plain link. */
(() => {
  "use strict";
  const show = (link) => {
    const ring = document.querySelector(".map-drawing .ring");
    const point = document.querySelector(`.map-drawing a[data-at="${CSS.escape(link.dataset.at)}"] use`);
    const address = link.getAttribute("href");
    htmx.ajax("GET", address, { target: "#panel", swap: "outerHTML" }).then(() => {
      history.pushState({}, "", address);
      if (point) {
        ring.setAttribute("cx", point.getAttribute("x"));
        ring.setAttribute("cy", point.getAttribute("y"));
      }
    });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".map-page a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(link);
  });
  window.addEventListener("popstate", () => location.reload());
})();
