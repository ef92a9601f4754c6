// Every page that can be reached: valid HTML, nothing for axe to find in light and dark, wide and narrow, and light enough.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { launch, open, signIn } from "./desk.js";
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

// The pages of the desk that must be among those reached; {id} is any.
const DESK = [
  "/", "/customers", "/customers/{id}", "/customers/new", "/customers/{id}/edit", "/customers/{id}/override", "/verifications",
  "/verifications/{id}", "/verifications/{id}/override", "/audit", "/account", "/settings/staff", "/settings/branches", "/settings/keys",
  "/settings/keys/new", "/settings/policy", "/settings/providers", "/reviews", "/reviews/{id}/decision", "/approvals", "/reports", "/suspicions", "/mentions",
  "/hits", "/documents/{id}", "/documents/{id}/fields", "/reviews/{id}/escalate", "/jobs/{id}", "/customers/{id}/relations", "/customers/{id}/tax-residences",
  "/customers/import", "/customers/import/{id}",
];
const FIRST_VISIT = 60 * 1024;

let server;
let browser;
let pages;
before(async () => {
  [server, browser] = await Promise.all([start(), launch()]);
  const desk = await open(browser, server.url);
  await signIn(desk.page, "admin");
  pages = await reach(desk.page, await work(desk.page));
  await desk.close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const pattern = (address) => address.split(/[?#]/)[0].replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{id}");

// Some pages are there once something was done: a review that is held, a paper, a suspicion, a file that is made. Each is done as a form
// of the desk does it; where each led is what is walked from.
async function work(page) {
  await page.goto("/reviews?tab=open");
  const sent = (address, fields = {}, drawn = false) => page.evaluate(async ([to, pairs, paper]) => {
    const body = paper ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries(pairs)) body.append(name, value);
    if (paper) {
      const canvas = new OffscreenCanvas(300, 200);
      canvas.getContext("2d").fillRect(40, 40, 220, 120);
      body.append("file", await canvas.convertToBlob({ type: "image/png" }), "passport.png");
    }
    const answer = await fetch(to, { method: "POST", body });
    if (!answer.ok) throw new Error(`${to}: ${answer.status}`);
    return new URL(answer.url).pathname;
  }, [address, fields, drawn]);
  const held = await sent("/reviews/next");
  await page.goto(held);
  const decision = await page.locator("a[href*='/decision']").first().getAttribute("href");
  const review = decision.split("/decision")[0];
  const paper = await sent(`${held}/documents`, { type: "IDENTITY_PROOF" }, true);
  await sent(`${review}/escalate`, { reason: "Money from three countries in a week" });
  const file = await sent(`${held}/casefile`);
  const table = await page.evaluate(async () => {
    const body = new FormData();
    body.append("file", new Blob(["kind,last name,branch,note\nnatural,Silva,london,\nrobot,Neves,paris,x\n"]), "people.csv");
    return new URL((await fetch("/customers/import", { method: "POST", body })).url).pathname;
  });
  const check = await sent(table, { c0: "kind", c1: "last_name", c2: "branch", mode: "check" });
  for (let tries = 0; tries < 50 && !(await (await page.request.get(check)).text()).includes("Something is wrong"); tries += 1) await page.waitForTimeout(200);
  await page.goto("/customers?kind=legal&kyc=validated");
  const company = await page.locator("main tr[data-row] a").first().getAttribute("href");
  return [held, decision, paper, file, `${company}/relations`, "/suspicions", "/mentions", "/hits", table, check];
}

// One address of each kind, and of each list also one with a query; what is no page (a file) is left out.
async function reach(page, begun) {
  const found = new Map();
  // The first customer reached is one that was decided, so that there is something to override.
  const queue = ["/customers?kyc=validated", "/", ...begun];
  const seen = new Set(queue);
  while (queue.length > 0) {
    const address = queue.shift();
    const answer = await page.request.get(address);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    found.set(address, await answer.text());
    await page.goto(address);
    for (const href of await page.$$eval("a[href]", (links) => links.map((link) => link.getAttribute("href")))) {
      const to = href.startsWith("?") ? address.split("?")[0] + href : href;
      if (!to.startsWith("/")) continue;
      const kind = pattern(to) + (to.includes("?") ? "?" : "");
      if (seen.has(kind)) continue;
      seen.add(kind);
      queue.push(to.split("#")[0]);
    }
  }
  return found;
}

test("every page of the desk is reached from the first", () => {
  const reached = new Set([...pages.keys()].map(pattern));
  assert.deepEqual(DESK.filter((address) => !reached.has(address)), []);
});

test("every page is valid HTML", async () => {
  const stranger = await open(browser, server.url);
  const all = new Map(pages);
  for (const address of ["/login", "/no-such-page"]) all.set(address, await (await stranger.page.request.get(address)).text());
  await stranger.close();
  const found = [];
  for (const [address, html] of all) {
    const report = await validator.validateString(html);
    for (const result of report.results) {
      for (const message of result.messages) found.push(`${address} ${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
    }
  }
  assert.deepEqual(found, []);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    test(`axe finds nothing on any page, ${colorScheme}, ${width} px`, { timeout: 300_000 }, async () => {
      const desk = await open(browser, server.url, { colorScheme, viewport: { width, height: 900 } });
      const { page } = desk;
      desk.expected.add(404);
      const found = [];
      const look = async (address) => {
        await page.goto(address);
        await page.evaluate(axe);
        const result = await page.evaluate(() => globalThis.axe.run());
        assert.ok(result.passes.length > 5, "axe has looked");
        for (const { id, help, nodes } of result.violations) found.push(`${address} ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wider > 0) found.push(`${address} is ${wider} px too wide`);
      };
      await look("/login");
      await look("/no-such-page");
      await signIn(page, "admin");
      for (const address of pages.keys()) await look(address);
      assert.deepEqual(found, []);
      await desk.close();
    });
  }
}

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
