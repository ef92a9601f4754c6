// An officer's work on a company, told once and done twice: by keyboard alone, and without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, onCustomer, open, PASSWORD, pathOf, signIn } from "./desk.js";
import { keyboard, mouse } from "./hands.js";
import { customer as add, pdf, send, version } from "./make.js";
import { start } from "./server.js";

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([start(), launch()]); });
after(async () => {
  await browser?.close();
  await server?.stop();
});

const SUSPICION = "The money goes round three companies in one afternoon.";

const seen = async (page, address) => (await (await page.request.get(address)).text()).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

// A company whose review waits for papers, one of which says another name; and another with the same number in the register,
// written in another way. `n` tells the companies of one run from those of the other.
async function prepared(n) {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "admin");
  const company = await add(page, "legal", { legal_name: `Azenha Velha ${n} Lda`, registration_number: `PT 70${n} 442 013`, legal_type: "2" });
  await add(page, "legal", { legal_name: `Lagar Novo ${n} SA`, registration_number: `pt70${n}442013`, legal_type: "2" });
  await send(page, `${company}/reviews`, { version: await version(page, company) });
  await send(page, `${company}/documents`, { type: "COMPANY_REGISTRATION_PROOF" }, pdf("register.pdf", 1));
  await page.goto(company);
  const paper = await page.locator("a[href^='/documents/']").first().getAttribute("href");
  await send(page, `${paper}/fields`, { source: "officer", legal_name: `Azenha Velha e Filhos ${n} Lda`, version: await version(page, company) });
  await desk.close();
  return { company, named: `Azenha Velha e Filhos ${n} Lda`, twin: `Lagar Novo ${n} SA` };
}

async function officersWork(options, hands, { company, named, twin }) {
  const desk = await open(browser, server.url, options);
  const { page } = desk;
  const hand = hands(page);
  const to = (wanted) => () => page.waitForURL(wanted);
  const at = (address) => to((url) => url.pathname === address);
  const done = (what) => to((url) => url.searchParams.get("done") === what);
  const file = () => hand.go(`main a[href='${company}']`, to(onCustomer));
  // A day is typed as the browser's own control has it: month, day, year. By mouse it would be picked from the control's window.
  const day = async (selector, iso) => {
    const [year, month, date] = iso.split("-");
    if (hands === keyboard) await hand.type(selector, `${month}${date}${year}`);
    else await page.fill(selector, iso);
    assert.equal(await page.inputValue(selector), iso);
  };
  await page.goto("/login");
  await hand.type("#email", "officer@vouch.test");
  await hand.type("#password", PASSWORD);
  await hand.go("main button[type=submit]", to((url) => url.pathname !== "/login"));
  await page.goto(company);

  // That another may be the same is told unasked; without JavaScript the line leads there all the same. They are two.
  const words = options.javaScriptEnabled === false ? "Look for possible duplicates" : "1 possible duplicate";
  await page.locator("#alike", { hasText: words }).waitFor();
  await hand.go("#alike a", at(`${company}/duplicates`));
  assert.match(await page.locator("section[id^=pair]").innerText(), /Same: Registration number/);
  await hand.go("section[id^=pair] button[value=not_same]", done("not_same"));
  assert.match(await page.locator("#distinct").innerText(), new RegExp(twin));
  await file();
  if (options.javaScriptEnabled !== false) await page.locator("#alike", { hasText: "No possible duplicates" }).waitFor();

  // A shareholder who is no customer yet, with less than a quarter.
  await hand.go(`a[href='${company}/relations']`, at(`${company}/relations`));
  await hand.go("#add details > summary", () => page.locator("#first_name").waitFor());
  await hand.type("#first_name", "Quitéria");
  await hand.type("#last_name", "Alcoforado");
  await hand.select("#role", "Shareholder");
  await hand.type("#percent", "20");
  await hand.select("#source", "Register");
  await hand.go("#add .actions button[value=add]", done("added"));
  assert.match(await page.locator("#ownership").innerText(), /Quitéria Alcoforado[\s\S]*20 %/);

  // Nobody owns a quarter, as the company says.
  await hand.type("#stated_by", "Rui Neves, director");
  await day("#stated_on", "2025-11-03");
  await hand.go("#statement button[value=state]", done("stated"));
  assert.match(await page.locator("#statement").innerText(), /nobody owns 25 % or more[\s\S]*Rui Neves, director/);

  // A company pays tax too, though its file asks for nothing of it: no link leads there before there is one.
  await page.goto(`${company}/tax-residences`);
  await hand.select("#country", "Portugal");
  await hand.type("#tax_payer_id", "509442013");
  await hand.go("#form button[value=add]", () => page.locator("main tbody tr", { hasText: "509442013" }).waitFor());
  await file();
  assert.match(await page.locator("#tax").innerText(), /Portugal/);

  // The register has another name than was declared, and is right.
  const row = "#compare-legal_name";
  assert.match(await page.locator(row).innerText(), /Differs/);
  const answer = `form[action^='${company}/fields']`;
  await hand.go(`${row} a[href*='answer=correct']`, () => page.locator(`${answer} [name=reason]`).waitFor());
  await hand.choose(`${answer} input[name=source]`);
  await hand.type(`${answer} [name=reason]`, "The extract of the register is of this month.");
  await hand.go(`${answer} button[type=submit]`, () => page.locator(`${row}:not(.is-open)`).waitFor());
  assert.equal((await page.locator("h1").first().innerText()).trim(), named);

  // A colleague is called.
  await hand.type("#body", "@Ada Marlowe, the old name still stands on their paper.");
  await hand.go(`form[action='${company}/notes'] button[type=submit]`, () => page.locator("#notes .mention", { hasText: "Ada Marlowe" }).first().waitFor());

  // What was seen is the managers' now, and on none of the officer's pages.
  const menu = (wanted) => hand.go(".banner details.menu > summary", () => page.locator(wanted).waitFor());
  await menu(".banner a[href$='/escalate']");
  await hand.go(".banner a[href$='/escalate']", to(/\/escalate$/));
  await hand.type("#reason", SUSPICION);
  await hand.go("form[action$='/escalate'] button[type=submit]", at("/reviews"));
  assert.doesNotMatch(await seen(page, company), /three companies in one afternoon/);

  // The whole case as a file.
  await page.goto(company);
  await menu(`.banner form[action='${company}/casefile'] button`);
  await hand.go(`.banner form[action='${company}/casefile'] button`, to(/\/jobs\/[0-9a-f-]{36}$/));
  const job = pathOf(page);
  const ready = async () => (await (await page.request.get(job)).text()).includes(`href="${job}/file"`);
  for (let tries = 0; tries < 100 && !(await ready()); tries += 1) await page.waitForTimeout(200);
  assert.ok(await ready(), "the case file is made");
  await desk.close();
}

async function told({ company, named }) {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "manager");
  const suspicions = await seen(page, "/suspicions");
  assert.ok(suspicions.includes(SUSPICION) && suspicions.includes(named), "the managers read it");
  await desk.close();
  const called = await open(browser, server.url);
  await signIn(called.page, "admin");
  const mentions = await (await called.page.request.get("/mentions")).text();
  assert.ok(mentions.includes(`${company}#notes`), "whoever is called finds the note");
  await called.close();
}

const WAYS = [["by keyboard alone", {}, keyboard], ["without JavaScript", { javaScriptEnabled: false }, mouse]];
for (const [n, [name, options, hands]] of WAYS.entries()) {
  test(`a company ${name}`, { timeout: 180_000 }, async () => {
    const made = await prepared(n);
    await officersWork(options, hands, made);
    await told(made);
  });
}
