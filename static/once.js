// The customer's page: each form is sent once. A second tap would be answered in place of the first, and that answer may be that the
// link is used. The button is not disabled: it keeps the focus, and its form keeps its values.
(() => {
  "use strict";
  // A line so slow that somebody stops it must not need a reload, which would empty what was chosen. Longer than the server waits
  // for either.
  const LONGEST = 30_000;
  const LONGEST_FILE = 330_000;
  const release = (form) => form.removeAttribute("aria-busy");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("aria-busy")) { event.preventDefault(); return; }
    form.setAttribute("aria-busy", "true");
    setTimeout(release, form.enctype === "multipart/form-data" ? LONGEST_FILE : LONGEST, form);
  });
  // Back from where it led, or from an answer that never came.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
})();
