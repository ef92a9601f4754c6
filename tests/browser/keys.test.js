// The keys that work in lists and on a customer: on a desk of its own, where an officer's days have not taken what is free.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, onCustomer, open, pathOf, signIn } from "./desk.js";
import { keyboard } from "./hands.js";
import { start } from "./server.js";

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([start(), launch()]); });
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("single keys that are switched off do nothing", async () => {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "officer");
  const hand = keyboard(page);
  const setKeys = async (on) => {
    await page.goto("/reviews?tab=open");
    const box = ".side details.menu input[name=keys]";
    await hand.go(".side details.menu > summary", () => page.locator(box).waitFor());
    await hand.type(box, "");
    assert.equal(await page.isChecked(box), !on);
    await hand.press("Space");
    await hand.go("form[action='/account/preferences'] button", () => page.locator(`html[data-keys=${on ? "on" : "off"}]`).waitFor());
  };
  const current = () => page.locator("tr.is-current").count();
  await setKeys(false);
  await page.goto("/reviews?tab=open");
  const here = page.url();
  const work = await page.locator("tr[data-row]").allInnerTexts();
  for (const key of ["j", "k", "Enter", "m", "n", "v", "i", "r", "/", "?"]) await page.keyboard.press(key);
  await page.waitForTimeout(500);
  assert.equal(page.url(), here);
  assert.equal(await current(), 0);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.ok(await page.evaluate(() => document.activeElement === document.body), "the focus has not moved");
  await page.reload();
  assert.deepEqual(await page.locator("tr[data-row]").allInnerTexts(), work, "no review was taken");
  await setKeys(true);
  await page.goto("/reviews?tab=open");
  await page.keyboard.press("j");
  assert.equal(await current(), 1, "and on again, they work");
  await desk.close();
});

test("the key m takes the review that is current in the queue, and the one of the customer who is open", async () => {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "officer");
  const hand = keyboard(page);
  const queue = async () => {
    await page.goto("/reviews?tab=open");
    return page.$$eval("tr[data-row]:has([data-key=m]) td.wide a", (links) => links.map((link) => link.getAttribute("href")));
  };
  const mine = async (customer) => (await (await page.request.get("/reviews?tab=mine")).text()).includes(`href="${customer}"`);
  const release = () => hand.go(".dock form[action$='/release'] button", () => page.locator("[data-key=m]:visible").first().waitFor());

  // Not the first of the list, which would be taken without anybody having gone there.
  const listed = (await queue())[1];
  assert.ok(listed, "two reviews are free");
  assert.ok(!(await mine(listed)));
  await hand.row(listed);
  await hand.go("", () => page.waitForURL(onCustomer), "m");
  assert.equal(pathOf(page), listed);
  await page.locator("a[data-key=v]").waitFor();
  assert.ok(await mine(listed), "it is mine");
  await release();

  const shown = (await queue())[1];
  await hand.row(shown);
  await hand.go("", () => page.waitForURL(onCustomer), "Enter");
  await page.locator("form[action$='/claim'] [data-key=m]").waitFor();
  assert.ok(!(await mine(shown)), "looking takes nothing");
  await hand.go("", () => page.locator("a[data-key=v]").waitFor(), "m");
  assert.equal(pathOf(page), shown);
  assert.ok(await mine(shown), "it is mine");
  await release();
  await desk.close();
});
