// Refines pages that work without it: single keys, dialogs, focus after a swap, one submission a form.
(() => {
  "use strict";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const one = (selector, within = document) => within.querySelector(selector);
  const say = (text) => { byId("live")?.replaceChildren(text); };

  // Keys. A field keeps its keys; an open dialog keeps all but its own.
  const inField = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const visible = (element) => element.getClientRects().length > 0;
  const move = (step) => {
    const rows = all("tr[data-row]").filter(visible);
    if (rows.length === 0) return;
    const from = rows.findIndex((row) => row.classList.contains("is-current"));
    const at = from < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(from + step, 0), rows.length - 1);
    rows.forEach((row, index) => row.classList.toggle("is-current", index === at));
    one("a[href]", rows[at])?.focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };
  const act = {
    "/": () => {
      const field = all("[data-search], #find").find(visible);
      if (field) { field.focus(); field.select(); }
    },
    "?": () => { const help = byId("keys-help"); if (help) showModal(help); },
    j: () => move(1),
    k: () => move(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (root.dataset.keys === "off" || inField(event.target) || one("dialog[open]")) return;
    if (event.key === "Enter") {
      if (event.target === document.body || event.target.id === "main") one("tr.is-current[data-row] a[href]")?.click();
      return;
    }
    if (Object.hasOwn(act, event.key)) {
      event.preventDefault();
      act[event.key]();
    } else if (/^[a-z]$/.test(event.key)) {
      const keyed = `[data-key="${event.key}"]`;
      const target = [...all(`tr.is-current ${keyed}`), ...all(keyed)].find(visible);
      if (target && target.ariaDisabled !== "true") { event.preventDefault(); target.click(); }
    }
  });

  // Dialogs. What opened one gets the focus back, on Escape, on Close and after a swap that empties it.
  let opener = null;
  const giveBack = () => {
    const to = opener?.isConnected ? opener : opener?.id && byId(opener.id);
    opener = null;
    // The menu that it stood in may have closed meanwhile. The page stays where it was scrolled to.
    const fold = to && to.closest("details:not([open])");
    ((fold && one("summary", fold)) || to || byId("main")).focus({ preventScroll: true });
  };
  const showModal = (dialog) => {
    if (dialog.open) return;
    opener = opener || document.activeElement;
    dialog.addEventListener("close", () => {
      if (dialog.hasAttribute("data-modal")) dialog.remove();
      giveBack();
    }, { once: true });
    dialog.showModal();
    const field = one("[aria-invalid='true'], [autofocus], .dialog__body :is(input, select, textarea):not([type='hidden'])", dialog);
    if (field) field.focus();
  };
  document.addEventListener("click", (event) => {
    const help = event.target.closest("[data-open]");
    if (help && byId(help.dataset.open)) { event.preventDefault(); showModal(byId(help.dataset.open)); }
    const close = event.target.closest("[data-close]");
    if (close && close.closest("dialog")) { event.preventDefault(); close.closest("dialog").close(); }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const target = event.detail.target;
    if (target && target.id === "dialog" && !one("dialog[open]")) opener = document.activeElement;
  });

  // After a swap: open what came as a dialog, say the new count, keep the focus where the person was.
  let focused = "";
  let counts = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    focused = document.activeElement?.id;
    // A number that comes after its rows takes nobody from where they are.
    counts = event.detail.target?.id === "count";
  });
  document.addEventListener("htmx:afterSettle", () => {
    const slot = byId("dialog");
    const dialog = slot && one("dialog[data-modal]", slot);
    if (dialog) { showModal(dialog); return; }
    if (opener && !one("dialog[open]")) { giveBack(); return; }
    const counted = one("[data-count]");
    if (counted) say(counted.textContent.trim());
    if (!counts && document.activeElement === document.body) {
      const to = (focused && byId(focused)) || one("[data-focus]") || byId("main");
      if (!to.matches("a[href], button, input, select, textarea, summary, [tabindex]")) to.tabIndex = -1;
      to.focus({ preventScroll: true });
    }
  });
  document.addEventListener("htmx:sendError", () => say("The server does not answer. Try again."));

  const folds = "details.facet[open], details.menu[open]";
  // An open filter or menu closes by Escape and by a click beside it.
  document.addEventListener("click", (event) => {
    for (const fold of all(folds)) {
      if (!fold.contains(event.target)) fold.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const fold = event.key === "Escape" && event.target.closest(folds);
    if (fold) { fold.open = false; one("summary", fold).focus(); }
  });

  // One submission a form. The button stays enabled until the form data is taken, or its value would be lost.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { if (event.submitter) event.submitter.disabled = true; });
  });
  const release = () => {
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button:disabled")) button.disabled = false;
    }
  };
  window.addEventListener("pageshow", release);
  document.addEventListener("htmx:afterRequest", release);

  // Where the places do not fit beside each other, the one that is open is in sight.
  // Not scrollIntoView: a browser goes on from there with the next Tab, and its first stop is to be the way to the work.
  const here = one(".side__main [aria-current]");
  const bar = here?.closest(".side__main");
  if (bar) {
    const [inner, outer] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
    bar.scrollLeft += Math.max(inner.right - outer.right, 0) + Math.min(inner.left - outer.left, 0);
  }

  // A form that came back with errors starts at their summary.
  one(".error-summary[tabindex]")?.focus();

  // A tool that leads to the same page keeps the focus; where it leads no further, what it belongs to has it.
  const stay = "vouch-stay";
  document.addEventListener("click", (event) => {
    const tool = event.target.closest("a[data-stay][id]");
    if (tool) sessionStorage.setItem(stay, tool.id);
  });
  const stayed = sessionStorage.getItem(stay);
  sessionStorage.removeItem(stay);
  const settle = (element) => {
    if (!element) return;
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  };
  // Not before the browser has gone to the address's fragment, which takes the focus away.
  window.addEventListener("load", () => setTimeout(() => {
    if (document.activeElement !== document.body) return;
    if (stayed) settle(byId(stayed) || byId(location.hash.slice(1))?.querySelector(".viewer__page") || one(".viewer__page"));
    // After something was done the focus stands at what says so, or at the part of the page that it was done in.
    else if (new URLSearchParams(location.search).has("done")) settle((location.hash && byId(location.hash.slice(1))) || one(".flash"));
  }));
})();
