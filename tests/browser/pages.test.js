// Every page that there is, as each role sees it: valid HTML, nothing for axe to find in light and dark, wide and narrow, and light enough.
// Which pages there are is read from the list of routes that the access matrix keeps.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { unpacked } from "./archive.js";
import { launch, open, PASSWORD, signIn } from "./desk.js";
import { code, everything, send } from "./make.js";
import { start } from "./server.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    // One name for several ticks, choices and buttons is how forms work.
    // A facet's ticks and the free field beside them are one filter, whose name repeats.
    "form-dup-name": "off",
    // The sidebar's and the list's search are both one.
    "unique-landmark": "error",
  },
});

// What answers a GET and is no page, and why.
const NO_PAGE = {
  "/audit.csv": "a file",
  "/customers.csv": "a file",
  "/reviews.csv": "a file",
  "/verifications.csv": "a file",
  "/documents/{id}/page.png": "a picture, seen in the viewer's page",
  "/openapi/kontorion.json": "a file",
  "/openapi/treezor.json": "a file",
  "/openapi/trustist.json": "a file",
  "/openapi/truust.json": "a file",
  "/jobs/{id}/file": "the file that a job made; the page in a case file is seen below",
};
// The columns of the access matrix.
const ASKERS = ["nobody", "auditor", "officer", "manager", "admin"];
const FIRST_VISIT = 60 * 1024;

// Each GET of the access matrix: its guard, and what each asker gets for what is theirs.
async function routes() {
  const table = await readFile(new URL("../it/snapshots/it__access_matrix__every_route_answers_each_asker_as_reviewed.snap", import.meta.url), "utf8");
  return [...table.matchAll(/^GET (\S+) +\((\w+)\)\n(?: +own)? +((?:\d{3} ?)+)$/gm)].map(([, path, guard, answers]) => {
    const statuses = answers.trim().split(" ").map(Number);
    return { path, guard, answers: Object.fromEntries(ASKERS.map((asker, place) => [asker, statuses[place]])) };
  });
}

let server;
let browser;
let made;
const desks = {};
const all = await routes();
const looked = Object.fromEntries(ASKERS.map((asker) => [asker, new Set()]));

before(async () => {
  [server, browser] = await Promise.all([start(), launch()]);
  for (const who of ["admin", "manager", "officer", "auditor", "nobody"]) {
    desks[who] = await open(browser, server.url);
    for (const status of [403, 404, 409, 422]) desks[who].expected.add(status);
    if (who !== "nobody") await signIn(desks[who].page, who);
  }
  made = await everything(server, Object.fromEntries(Object.entries(desks).map(([who, { page }]) => [who, page])));
});
after(async () => {
  for (const desk of Object.values(desks)) await desk.close();
  await browser?.close();
  await server?.stop();
});

const pattern = (address) => address.split(/[?#]/)[0].replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{id}").replace(/^\/(welcome|onboard)\/.+/, "/$1/{token}");

// The page that is open, validated as it came, and seen by axe in both widths and both colours. Colours alone change between light and
// dark, so there only what is about colours is looked at again. `looks` are those that are wanted.
const COLOURS = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };
const LEAN = { resultTypes: ["violations"], preload: false };
const FOUR = [[1440, "light", LEAN], [1440, "dark", { ...LEAN, ...COLOURS }], [390, "light", LEAN], [390, "dark", { ...LEAN, ...COLOURS }]];
const TWO = [[1440, "light", LEAN], [390, "dark", LEAN]];
const ONE = [[390, "dark", LEAN]];
async function look(page, name, html, looks = FOUR) {
  const found = [];
  for (const { messages } of (await validator.validateString(html)).results) {
    for (const message of messages) found.push(`${name} ${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
  }
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) found.push(`${name} is ${wider} px too wide at ${width} px`);
  }
  // Of rows that are built alike, one is seen: fifty say no more than it does, and take a second each time.
  await page.evaluate(() => {
    const seen = new Set();
    for (const row of document.querySelectorAll("tbody tr, ol.timeline > li")) {
      const built = [row, ...row.querySelectorAll("*")].map((one) => `${one.tagName}.${one.getAttribute("class")}`).join();
      if (seen.has(built)) row.remove();
      seen.add(built);
    }
  });
  await page.evaluate(axe);
  for (const [width, colorScheme, options] of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const result = await page.evaluate(async (wanted) => {
      const { passes, violations } = await globalThis.axe.run(wanted);
      return { passed: passes.length, violations };
    }, options);
    assert.ok(result.passed > (options === LEAN ? 5 : 0), `axe has looked at ${name}`);
    for (const { id, help, nodes } of result.violations) {
      found.push(`${name} ${width} px ${colorScheme} ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

// Walks from these addresses over every link: one address of each kind, and for all four looks of each list also one with a query.
async function walk(who, begun, looks) {
  const { page } = desks[who];
  const began = Date.now();
  const found = [];
  let pages = 0;
  const queue = [...begun];
  const seen = new Set(queue.map(pattern));
  while (queue.length > 0) {
    const address = queue.shift();
    const answer = await page.goto(address);
    if (!answer.ok()) continue;
    looked[who].add(pattern(new URL(answer.url()).pathname));
    for (const href of await page.$$eval("a[href]", (links) => links.map((link) => link.getAttribute("href")))) {
      const to = href.startsWith("?") ? address.split("?")[0] + href : href;
      const kind = pattern(to) + (looks === FOUR && to.includes("?") ? "?" : "");
      if (!to.startsWith("/") || pattern(to) in NO_PAGE || seen.has(kind)) continue;
      seen.add(kind);
      queue.push(to.split("#")[0]);
    }
    found.push(...await look(page, `${who} ${address}`, await answer.text(), looks));
    pages += 1;
  }
  console.log(`${pages} pages as ${who}, ${Math.round((Date.now() - began) / 1000)} s`);
  return found;
}

// Where each begins: the overview, and what was made for the pages that no link of the demo leads to, or that would be empty.
const BEGUN = {
  admin: () => ["/", made.validated, ...made.own.slice(0, 1), made.person, made.merged, made.company, made.trader, made.urgent, `${made.company}/relations`,
    `${made.person}/duplicates`, `${made.merged}/duplicates`, made.beside, made.files[0], ...made.imported, made.webhook, `${made.review}/decision`, "/approvals", "/mentions", "/hits", "/suspicions"],
  manager: () => ["/", made.person, made.company, made.local, made.held.customer, made.theirs, made.files[3], "/approvals", "/mentions", "/hits", "/suspicions"],
  officer: () => ["/", made.own[1], made.person, made.company, made.trader, made.files[1], "/mentions", "/hits"],
  auditor: () => ["/", made.person, made.company, `${made.person}/duplicates`, made.files[2], "/mentions", "/hits", "/policy"],
};
// The admin's pages are seen in all four looks; what the others see is the same with less on it, and is seen in one.
for (const who of Object.keys(BEGUN)) {
  test(`nothing is amiss on the pages that the ${who} sees`, { timeout: 600_000 }, async () => {
    const found = await walk(who, BEGUN[who](), who === "admin" ? FOUR : ONE);
    assert.deepEqual(found, []);
    const theirs = all.filter(({ path, guard, answers }) => answers[who] === 200 && !(path in NO_PAGE) && !["Anyone", "HalfSignedIn"].includes(guard));
    assert.ok(theirs.length > 15, "the matrix was read");
    assert.deepEqual(theirs.map(({ path }) => path).filter((path) => !looked[who].has(path)), [], `pages that the ${who} may see and the walk did not reach`);
  });
}

test("what was made is there to be looked at", async () => {
  const { page } = desks.admin;
  for (const [address, selector] of [
    ["/approvals", "article.proposal"], ["/mentions", "tr[data-row]"], [made.person, ".mention"], ["/hits", "article.proposal"], [`${made.person}/duplicates`, "section[id^=pair-]"],
    [`${made.company}/relations`, "#picture svg"], [made.company, "#members, [aria-labelledby=members]"], [made.person, "table.compare tr.is-open"],
    [made.imported[1], "#job tbody tr"], [made.webhook, "tr[data-row]"],
  ]) {
    await page.goto(address);
    assert.ok(await page.locator(selector).count() > 0, `${selector} on ${address}`);
  }
});

// A form as the page shows it, filled, sent by its button; the page that answers.
async function sent(page, status, act) {
  const [answer] = await Promise.all([page.waitForNavigation(), act()]);
  assert.equal(answer.status(), status, `${answer.request().method()} ${answer.url()}`);
  return answer.text();
}

test("nothing is amiss on the pages that answer a form", { timeout: 180_000 }, async () => {
  const { page } = desks.admin;
  const found = [];
  const see = async (name, html) => { found.push(...await look(page, name, html, TWO)); };
  const press = (selector) => () => page.locator(selector).first().click();

  // Errors beside their fields: 422.
  for (const [address, button] of [
    ["/customers/new?kind=natural", "form.form--two [type=submit]"], [`${made.review}/decision`, "form.decide .actions [type=submit]"],
    [`${made.company}/relations`, "#add .actions [type=submit]"], ["/settings/staff/new", "main form [type=submit]"],
  ]) {
    await page.goto(address);
    // The browser's own checks would hold the form back.
    await page.$$eval("form", (forms) => { for (const form of forms) form.noValidate = true; });
    await see(`errors on ${address}`, await sent(page, 422, press(button)));
  }

  // Somebody else was faster, or works on it: 409.
  await page.goto(`${made.person}/edit`);
  await page.evaluate(async () => {
    const theirs = new URLSearchParams(new FormData(document.querySelector("form.form--two")));
    theirs.set("city", "Braga");
    theirs.set("confirm", "yes");
    await fetch(location.pathname, { method: "POST", body: theirs });
  });
  await page.fill("#city", "Coimbra");
  await see("a stale edit", await sent(page, 409, press("form.form--two [type=submit]")));
  await page.goto("/reviews?tab=open");
  await see("a review that a colleague holds", await sent(page, 409, press(`form[action='/reviews/${made.held.review}/claim'] button`)));

  // The confirmation of an override, of which nothing is done.
  await page.goto(`${made.validated}/override`);
  await page.locator("main [name=status]").first().check();
  await page.fill("main [name=reason]", "Seen in the branch, with the passport.");
  await see("the confirmation of an override", await sent(page, 200, press("main form[action$='/override'] [type=submit]")));
  assert.match(await page.locator("h1").innerText(), /Confirm/);

  // What is shown this once: a key's secret.
  await page.goto("/settings/keys/new");
  await page.locator("main [name=kind]").first().check();
  await page.locator("main [name=permission]").first().check();
  await page.fill("#name", "Ledger");
  await see("a key that was made", await sent(page, 200, press("main form[action='/settings/keys'] [type=submit]")));

  // Dialogs, open.
  await page.goto("/reviews?tab=open");
  await page.keyboard.press("?");
  await page.locator("#keys-help[open]").waitFor();
  await see("the list of keys", "<!DOCTYPE html><title>seen</title>");
  await page.goto("/verifications?status=pending");
  await page.locator("tr[data-row] a[href^='/verifications/']").first().click();
  await page.waitForURL(/\/verifications\/[0-9a-f-]{36}$/);
  await page.locator("a[hx-get$='/override']").first().click();
  await page.locator("dialog[data-modal][open]").waitFor();
  await see("the dialog of an override", "<!DOCTYPE html><title>seen</title>");

  const officer = desks.officer.page;
  const forbidden = await officer.goto("/settings/staff");
  assert.equal(forbidden.status(), 403);
  found.push(...await look(officer, "what the officer may not see", await forbidden.text(), ONE));
  assert.deepEqual(found, []);
});

test("nothing is amiss on the way in: sign-in, the link of a new colleague, the second factor", { timeout: 120_000 }, async () => {
  const found = [];
  const admin = desks.admin.page;
  await admin.goto("/settings/staff/new");
  await admin.fill("#email", "newcomer@vouch.test");
  await admin.fill("#name", "Nora Quill");
  await admin.selectOption("#role", "officer");
  await admin.locator("#branch label", { hasText: "London" }).locator("input").check();
  found.push(...await look(admin, "the link for a new colleague", await sent(admin, 200, () => admin.click("main form [type=submit]"))));
  const welcome = new URL(await admin.locator(".secret code").innerText(), server.url).pathname;

  const { page } = desks.nobody;
  const see = async (address, status = 200) => {
    const answer = await page.goto(address);
    assert.equal(answer.status(), status, address);
    if (status === 200) looked.nobody.add(pattern(new URL(page.url()).pathname));
    found.push(...await look(page, address, await answer.text(), pattern(address) === "/login" ? FOUR : TWO));
  };
  await see("/login");
  await see("/no-such-page", 404);
  // A customer's own way in, of which onboard.test.js sees more.
  await admin.goto(`${made.person}/sessions`);
  found.push(...await look(admin, "a link for a customer", await sent(admin, 200, () => admin.click("#open [type=submit]"))));
  await see(new URL(await admin.locator(".secret code").innerText()).pathname);
  await see(welcome);
  const password = "four words and a comma, at least";
  await page.fill("#password", password);
  await sent(page, 200, () => page.click("main [type=submit]"));
  const enter = async () => {
    await page.goto("/login");
    await page.fill("#email", "newcomer@vouch.test");
    await page.fill("#password", password);
    await sent(page, 200, () => page.click("main [type=submit]"));
  };
  if (new URL(page.url()).pathname === "/login") await enter();
  await see("/account/code");
  await page.fill("#password", password);
  await page.fill("#code", code(await page.locator(".secret code").innerText()));
  found.push(...await look(page, "recovery codes", await sent(page, 200, () => page.click("main form[action='/account/code'] [type=submit]"))));
  await page.locator("ul.code li").first().waitFor();
  await see("/account/code");
  await page.locator("details.menu > summary").first().click();
  await sent(page, 200, () => page.click("form[action='/logout'] button"));
  await enter();
  assert.equal(new URL(page.url()).pathname, "/login/code", "a code is asked for");
  await see("/login/code");
  assert.deepEqual(found, []);
});

// The files of a case file, once its job is done.
async function caseFile(page, job) {
  let answer = await page.request.get(`${job}/file`);
  for (let tries = 0; tries < 150 && !answer.ok(); tries += 1) {
    await page.waitForTimeout(200);
    answer = await page.request.get(`${job}/file`);
  }
  assert.equal(answer.status(), 200, `${job} is done`);
  return unpacked(await answer.body());
}

test("nothing is amiss on the page of a case file: of a person with merged rows and hits, a company, somebody who was decided", { timeout: 180_000 }, async () => {
  const { page } = desks.admin;
  const found = [];
  for (const [name, job, there] of [
    ["a person's case file", made.files[0], ["#merged > section", "#verifications .answer li", "#documents tbody a", "#notes article"]],
    ["a merged row's case file", await send(page, `${made.merged}/casefile`), ["header strong"]],
    ["a company's case file", await send(page, `${made.company}/casefile`), ["#members tbody tr"]],
    ["a validated customer's case file", await send(page, `${made.validated}/casefile`), ["#reviews article"]],
  ]) {
    const files = await caseFile(page, job);
    // As whoever unpacked it sees it: its files beside each other, and nothing else.
    const serve = (route) => {
      const bytes = files.get(new URL(route.request().url()).pathname.replace("/case-file/", ""));
      const contentType = route.request().url().endsWith(".css") ? "text/css" : "text/html; charset=utf-8";
      return bytes ? route.fulfill({ body: bytes, contentType }) : route.fulfill({ status: 404 });
    };
    await page.route("**/case-file/**", serve);
    await page.goto("/case-file/index.html");
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).maxWidth), "none", "its stylesheet is there");
    for (const selector of there) assert.ok(await page.locator(selector).count() > 0, `${selector} in ${name}`);
    // On paper, which is as wide as A4 without its margins.
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 680, height: 960 });
    const paper = await page.evaluate(() => ({
      wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      menus: [...document.querySelectorAll("nav")].filter((nav) => nav.checkVisibility()).length,
      heads: [...document.querySelectorAll("thead")].every((head) => getComputedStyle(head).display === "table-header-group"),
      rows: [...document.querySelectorAll("tbody tr")].every((row) => getComputedStyle(row).breakInside === "avoid"),
    }));
    assert.deepEqual(paper, { wider: 0, menus: 0, heads: true, rows: true }, `${name} on paper`);
    await page.emulateMedia({ media: null });
    found.push(...await look(page, name, files.get("index.html").toString("utf8")));
    await page.unroute("**/case-file/**", serve);
  }
  assert.deepEqual(found, []);
});

test("no page is forgotten", () => {
  assert.ok(all.length > 40, "the matrix was read");
  const paths = all.map(({ path }) => path);
  assert.deepEqual(Object.keys(NO_PAGE).filter((path) => !paths.includes(path)), [], "what is excused is there");
  const seen = new Set(Object.values(looked).flatMap((one) => [...one]));
  assert.deepEqual(paths.filter((path) => !(path in NO_PAGE) && !seen.has(path)), []);
});

test("the first visit weighs less than 60 KB in all", async () => {
  const known = await open(browser, server.url);
  await signIn(known.page, "manager");
  const cookies = await known.context.cookies();
  await known.close();
  for (const address of ["/login", "/customers"]) {
    const desk = await open(browser, server.url);
    if (address !== "/login") await desk.context.addCookies(cookies);
    const wire = await desk.context.newCDPSession(desk.page);
    await wire.send("Network.enable");
    let bytes = 0;
    wire.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
    await desk.page.goto(address, { waitUntil: "networkidle" });
    assert.ok(bytes > 5_000, "the bytes were counted");
    assert.ok(bytes < FIRST_VISIT, `${address} weighs ${bytes} bytes`);
    await desk.close();
  }
});

test("the overview's figures fill their rows", async () => {
  for (const width of [1440, 1100, 390]) {
    const desk = await open(browser, server.url, { viewport: { width, height: 900 } });
    await signIn(desk.page, "admin");
    await desk.page.goto("/");
    for (const figures of await desk.page.locator("ul.figures").all()) {
      const rows = await figures.evaluate((list) => {
        const tops = [...list.children].map((tile) => Math.round(tile.getBoundingClientRect().top));
        return [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
      });
      assert.equal(new Set(rows).size, 1, `as many in each row at ${width} px: ${rows}`);
      const covered = await figures.evaluate((list) => [...list.querySelectorAll("a")].some((tile) => {
        const [number, word] = [tile.querySelector("strong > .icon, strong"), tile.querySelector("span")].map((part) => part.getBoundingClientRect());
        return number.right > word.left + 0.5 && number.bottom > word.top + 0.5;
      }));
      assert.ok(!covered, `no figure lies over its word at ${width} px`);
    }
    await desk.close();
  }
});
