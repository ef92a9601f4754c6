// The customer's own page on a phone, 390 px wide: the whole way with JavaScript and without, in three languages, through a reload and a
// lost connection; nothing for axe to find in light and dark.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { launch, open, signIn } from "./desk.js";
import { customer, picture } from "./make.js";
import { start } from "./server.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const validator = new HtmlValidate({ extends: ["html-validate:standard", "html-validate:a11y"] });
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const ALL = ["identity_check", "document_check", "proof_of_address", "aml_extensive_screening", "aml_monitoring"];

let server;
let browser;
let officer;
before(async () => {
  [server, browser] = await Promise.all([start(), launch()]);
  officer = await open(browser, server.url);
  await signIn(officer.page, "officer");
});
after(async () => {
  await officer?.close();
  await browser?.close();
  await server?.stop();
});

// A link for a new customer, as an officer makes it; and the customer's page on the desk.
async function link(name) {
  const { page } = officer;
  const file = await customer(page, "natural", { first_name: "Inês", last_name: name, email: `${name.toLowerCase()}@mail.example` });
  await page.goto(`${file}/sessions`);
  for (const option of ALL) await page.check(`input[value=${option}]`);
  await page.fill("#return_url", "https://shop.example/back?order=7");
  await page.click("#open button[type=submit]");
  return { file, path: new URL(await page.locator(".secret code").innerText()).pathname };
}

async function fine(page, name) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name} is ${wider} px too wide`);
}

// axe runs as a script of the page, so it is left out where there are none.
async function looked(page, name, html, scripts = true) {
  const found = [];
  for (const { messages } of (await validator.validateString(html)).results) {
    for (const message of messages) found.push(`${name} ${message.line}:${message.column} ${message.ruleId}: ${message.message}`);
  }
  await fine(page, name);
  if (!scripts) {
    assert.deepEqual(found, []);
    return;
  }
  await page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
  await page.evaluate(axe);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { passes, violations } = await page.evaluate(() => globalThis.axe.run());
    assert.ok(passes.length > 5, `axe has looked at ${name}`);
    for (const { id, help, nodes } of violations) {
      found.push(`${name} ${colorScheme} ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    }
  }
  assert.deepEqual(found, []);
}

async function details(page) {
  await page.fill("#birth_date", "1987-03-09");
  await page.fill("#birth_place", "Porto");
  await page.selectOption("#birth_country", "PT");
  await page.selectOption("#nationality", "PT");
  await page.fill("#address_line1", "Rua da Alegria 214");
  await page.fill("#postal_code", "4000-034");
  await page.fill("#city", "Porto");
  await page.selectOption("#country", "PT");
}

// By the key that presses what has the focus: where a finger lands is the browser's affair, and while it lays a page out anew
// it may land beside.
const press = async (page, selector) => {
  const [answer] = await Promise.all([page.waitForNavigation(), page.locator(selector).press("Enter", { noWaitAfter: true })]);
  return answer;
};

for (const javaScriptEnabled of [true, false]) {
  test(`a customer gets through on a phone with JavaScript ${javaScriptEnabled ? "on" : "off"}`, { timeout: 120_000 }, async () => {
    const { file, path } = await link(javaScriptEnabled ? "Lume" : "Sombra");
    const phone = await open(browser, server.url, { ...PHONE, javaScriptEnabled, locale: "en-GB" });
    for (const status of [404, 422]) phone.expected.add(status);
    const { page } = phone;
    const see = async (name, answer) => looked(page, name, await answer.text(), javaScriptEnabled);
    const far = () => page.locator("label[for=far]").innerText();

    await see("the page at first", await page.goto(path));
    assert.match(await page.locator("h1").innerText(), /needs a few things from you/);
    assert.equal(await far(), "Steps done: 0 of 4");
    assert.equal(await page.inputValue("#first_name"), "Inês");
    // What comes later is named, and asked for once nothing can be lost by it.
    assert.equal(await page.locator("main form").count(), 1);
    assert.match(await page.locator("#paper-IDENTITY_PROOF").innerText(), /A passport[\s\S]*First confirm your details above/);

    // What the house knows them by is shown, and who changes it.
    assert.match(await page.locator("#email").innerText(), /@mail\.example[\s\S]*To change it, ask /);

    // A mistake is said beside its field, and what was typed stays.
    await details(page);
    await page.fill("#first_name", "");
    await see("the page with a mistake", await press(page, "#details button[type=submit]"));
    assert.equal(await page.locator("#first_name-error").count(), 1);
    assert.equal(await page.inputValue("#city"), "Porto");
    await page.fill("#first_name", "Inês");
    await press(page, "#details button[type=submit]");
    assert.equal(await far(), "Steps done: 1 of 4");

    await page.selectOption("#tax_country", "PT");
    await page.fill("#tax_number", "123456789");
    await press(page, "#tax button[type=submit]");
    // What was told stands there, and is corrected where it stands.
    assert.match(await page.locator("#tax").innerText(), /Portugal: 123456789/);
    await page.locator("#tax details > summary").first().press("Enter");
    await page.fill("#tax_number-PT", "501442600");
    await press(page, "#tax details[open] button[type=submit]");
    assert.match(await page.locator("#tax").innerText(), /Portugal: 501442600/);
    assert.equal(await far(), "Steps done: 2 of 4");

    // A photo by the camera, a file by the other field.
    assert.equal(await page.getAttribute("#photo-IDENTITY_PROOF", "capture"), "environment");
    await page.setInputFiles("#photo-IDENTITY_PROOF", picture("passport.png"));
    await press(page, "#paper-IDENTITY_PROOF button[type=submit]");
    await page.reload();
    assert.equal(await far(), "Steps done: 3 of 4");
    await page.setInputFiles("#file-ADDRESS_PROOF", picture("bill.png"));
    await see("the page with everything done", await press(page, "#paper-ADDRESS_PROOF button[type=submit]"));
    assert.equal(await far(), "Steps done: 4 of 4");

    await see("the page that closes it", await press(page, "#send button[type=submit]"));
    assert.equal(await page.locator("h1").innerText().then((text) => text.trim()), "You are done");
    const back = page.locator("a.btn");
    assert.equal(await back.innerText(), "Go back to shop.example");
    assert.equal(await back.getAttribute("href"), "https://shop.example/back?order=7");
    // It leads there, to the very address, and tells it nothing of where they come from.
    const asked = [];
    await phone.context.route("https://shop.example/**", async (route) => {
      asked.push({ url: route.request().url(), headers: await route.request().allHeaders(), method: route.request().method() });
      await route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html><title>Shop</title>" });
    });
    await press(page, "a.btn");
    assert.equal(page.url(), "https://shop.example/back?order=7");
    assert.equal(await page.title(), "Shop");
    assert.equal(asked[0].method, "GET");
    assert.equal(asked[0].url, "https://shop.example/back?order=7");
    assert.ok(!("referer" in asked[0].headers) && !("cookie" in asked[0].headers), JSON.stringify(asked[0].headers));
    phone.amiss.splice(0, phone.amiss.length, ...phone.amiss.filter((one) => !one.startsWith("asked for https://shop.example/")));
    const gone = await page.goto(path);
    assert.equal(gone.status(), 404);
    await see("a link that is used", gone);
    await phone.close();

    // The desk has it: a review is open, both papers are there, and the session says that it is complete.
    await officer.page.goto(file);
    const text = await officer.page.locator("main").innerText();
    assert.match(text, /In review/);
    await officer.page.goto(`${file}/sessions`);
    assert.match(await officer.page.locator("table").innerText(), /Completed/);
  });
}

test("a double tap sends once", async () => {
  const { path } = await link("Dobro");
  const phone = await open(browser, server.url, { ...PHONE, locale: "en-GB" });
  const { page } = phone;
  await page.goto(path);
  await details(page);
  await press(page, "#details button[type=submit]");
  await page.selectOption("#tax_country", "PT");
  await page.fill("#tax_number", "123456789");
  await press(page, "#tax button[type=submit]");
  await page.setInputFiles("#photo-IDENTITY_PROOF", picture("passport.png"));
  await press(page, "#paper-IDENTITY_PROOF button[type=submit]");
  await page.setInputFiles("#file-ADDRESS_PROOF", picture("bill.png"));
  await press(page, "#paper-ADDRESS_PROOF button[type=submit]");
  // The focus stays where it is while the form is on its way, and the second press does nothing.
  const sent = [];
  page.on("request", (request) => { if (request.method() === "POST") sent.push(request.url()); });
  const kept = page.evaluate(() => new Promise((resolve) => {
    document.querySelector("#send form").addEventListener("submit", ({ target }) => setTimeout(() => resolve([
      target.getAttribute("aria-busy"), document.activeElement === target.querySelector("button"),
    ])));
  })).catch(() => null);
  await page.locator("#send button[type=submit]").focus();
  await Promise.all([
    page.waitForURL((url) => url.pathname.endsWith("/send")),
    page.locator("#send button[type=submit]").dblclick({ noWaitAfter: true }),
  ]);
  assert.equal(await page.locator("h1").innerText().then((text) => text.trim()), "You are done");
  assert.equal(sent.length, 1, "one submission");
  const seen = await kept;
  // Where the answer was faster than the question there is nothing to see.
  if (seen) assert.deepEqual(seen, ["true", true]);
  await phone.close();
});

test("a form that never arrived is sent again after the way back", async () => {
  const { path } = await link("Volta");
  const phone = await open(browser, server.url, { ...PHONE, locale: "en-GB" });
  const { page } = phone;
  await page.goto(path);
  const busy = () => page.locator("form[aria-busy]").count();
  // As a browser leaves it that brings the page back as it stood.
  await page.evaluate(() => document.querySelector("#details form").setAttribute("aria-busy", "true"));
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  assert.equal(await busy(), 0);
  await details(page);
  await press(page, "#details button[type=submit]");
  assert.equal(await page.locator("label[for=far]").innerText(), "Steps done: 1 of 4");
  await phone.close();
});

test("the page speaks the phone's language, or the one that is chosen", async () => {
  const { path } = await link("Lingua");
  for (const [locale, lang, said] of [["fr-FR", "fr", /a besoin de quelques éléments/], ["es-ES", "es", /necesita algunos datos/], ["de-DE", "en", /needs a few things/]]) {
    const phone = await open(browser, server.url, { ...PHONE, locale });
    const answer = await phone.page.goto(path);
    assert.equal(await phone.page.getAttribute("html", "lang"), lang);
    assert.match(await phone.page.locator("h1").innerText(), said);
    await looked(phone.page, `the page in ${lang}`, await answer.text());
    await press(phone.page, "nav a[hreflang=es]");
    assert.equal(await phone.page.getAttribute("html", "lang"), "es");
    await phone.close();
  }
});

for (const javaScriptEnabled of [true, false]) {
  test(`a lost connection loses nothing that was saved with JavaScript ${javaScriptEnabled ? "on" : "off"}`, async () => {
    const { path } = await link(javaScriptEnabled ? "Perdida" : "Apagada");
    // What the browser says of a lost line is no complaint of the page.
    const context = await browser.newContext({ baseURL: server.url, ...PHONE, javaScriptEnabled, locale: "en-GB" });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const far = () => page.locator("label[for=far]").innerText();
    await page.goto(path);
    await details(page);
    await press(page, "#details button[type=submit]");
    await page.setInputFiles("#photo-IDENTITY_PROOF", picture("passport.png"));
    await context.setOffline(true);
    await page.locator("#paper-IDENTITY_PROOF button[type=submit]").press("Enter");
    await page.waitForURL(/^chrome-error:/).catch(() => {});
    await context.setOffline(false);
    // Back to the page, as a thumb goes, and as somebody who follows the link again.
    await page.goBack().catch(() => {});
    await page.reload();
    assert.equal(await far(), "Steps done: 1 of 4");
    await page.goto(path);
    assert.equal(await far(), "Steps done: 1 of 4");
    assert.equal(await page.inputValue("#city"), "Porto");
    // Sent, and sent again by somebody who saw no answer: one paper.
    for (let time = 0; time < 2; time += 1) {
      const fold = page.locator("#paper-IDENTITY_PROOF details > summary");
      if (await fold.count() > 0) await fold.press("Enter");
      await page.setInputFiles("#photo-IDENTITY_PROOF", picture("passport.png"));
      await press(page, "#paper-IDENTITY_PROOF button[type=submit]");
      assert.equal(await far(), "Steps done: 2 of 4");
    }
    await context.close();
  });
}

test("the first visit of a customer is light", async () => {
  const { path } = await link("Leve");
  const phone = await open(browser, server.url, PHONE);
  const wire = await phone.context.newCDPSession(phone.page);
  await wire.send("Network.enable");
  let bytes = 0;
  wire.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  await phone.page.goto(path, { waitUntil: "networkidle" });
  assert.ok(bytes > 5_000 && bytes < 45 * 1024, `${bytes} bytes`);
  await phone.close();
});
