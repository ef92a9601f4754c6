// An officer's day: take the most urgent review, look, decide, and the next one opens; by keyboard alone, and without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, signIn } from "./desk.js";
import { start } from "./server.js";

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([start(), launch()]); });
after(async () => {
  await browser?.close();
  await server?.stop();
});

const pathOf = (page) => new URL(page.url()).pathname;
const onCustomer = (url) => /^\/customers\/[0-9a-f-]{36}$/.test(url.pathname);

// Tab until the focus is there, as somebody without a mouse does.
async function tabTo(page, selector) {
  for (let step = 0; step < 200; step += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return step;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the focus never came to ${selector} on ${page.url()}`);
}

// The person behind the review that is held now is complete, or has something open.
const complete = (page) => page.locator(".dock__state", { hasText: /All requirements met|documents? to check/ }).count();

test("a day by keyboard alone: next, ask for more, refuse, validate", { timeout: 120_000 }, async () => {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "officer");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.matches("a[href='#main']")), "the first stop skips to the work");
  await page.goto("/reviews?tab=open");

  // From the queue to the first decision: n, i, the words, save. Counted, and timed without anybody's thinking.
  const began = Date.now();
  let presses = 1;
  await page.keyboard.press("n");
  await page.waitForURL(onCustomer);
  const first = pathOf(page);
  assert.equal(await page.locator("#main").count(), 1);
  await page.keyboard.press("i");
  presses += 1;
  await page.waitForURL(/\/decision\?decision=incomplete/);
  assert.ok(await page.locator("#decision-incomplete").isChecked(), "the form says what the key meant");
  presses += await tabTo(page, "#message");
  await page.keyboard.type("Please send a bill of the last three months.");
  await page.keyboard.press("Tab");
  presses += 2 + await tabTo(page, ".actions button[type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForURL(onCustomer);
  console.log(`queue to decision: ${presses} presses of keys beside the words, ${Date.now() - began} ms`);
  assert.notEqual(pathOf(page), first, "the next review has opened");

  const second = pathOf(page);
  await page.keyboard.press("r");
  await page.waitForURL(/\/decision\?decision=refused/);
  await tabTo(page, ".reasons input[value=identity_not_proved]");
  await page.keyboard.press("Space");
  await tabTo(page, "#comment");
  await page.keyboard.type("The picture is of somebody else.");
  await tabTo(page, "#language");
  await page.keyboard.press("s");
  await tabTo(page, "button[value=preview]");
  await page.keyboard.press("Enter");
  await page.locator("#preview blockquote[lang=es]").waitFor();
  assert.equal(pathOf(page).endsWith("/decision"), true, "the preview decides nothing");
  await tabTo(page, ".actions button[type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForURL(onCustomer);
  assert.notEqual(pathOf(page), second);
  await page.goto(second);
  assert.ok((await page.locator(".banner").innerText()).includes("Refused"));

  // Validate the first that has everything; what has not is refused with what is open, and nothing is lost.
  let validated = false;
  for (let turn = 0; turn < 12 && !validated; turn += 1) {
    await page.goto("/reviews?tab=mine");
    if (await page.locator("tr[data-row]").count() === 0) {
      await page.goto("/reviews?tab=open");
      await page.keyboard.press("n");
    } else {
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
    }
    await page.waitForURL(onCustomer);
    const here = pathOf(page);
    const whole = await complete(page) > 0;
    await page.keyboard.press(whole ? "v" : "i");
    await page.waitForURL(/\/decision\?/);
    if (whole) {
      await tabTo(page, "input[name=risk]");
      await page.keyboard.press("Space");
      await tabTo(page, "#comment");
      await page.keyboard.type("Everything fits.");
    } else {
      await tabTo(page, "#message");
      await page.keyboard.type("Please send what is missing.");
    }
    await tabTo(page, ".actions button[type=submit]");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.endsWith("/decision"));
    if (whole) {
      await page.goto(here);
      const banner = await page.locator(".banner").innerText();
      validated = banner.includes("Validated") || await page.locator(".dock", { hasText: "second person" }).count() > 0;
      assert.ok(validated, banner);
    }
  }
  assert.ok(validated, "one of the demo's first reviews has everything");
  await desk.close();
});

test("a day without JavaScript: next, ask for more, the queue's tabs and filters", async () => {
  const desk = await open(browser, server.url, { javaScriptEnabled: false });
  const { page } = desk;
  await signIn(page, "officer");
  await page.click("nav[aria-label=Main] a[href='/reviews']");
  await page.click(".tabs a[href*='tab=open']");
  const queue = await page.locator("tr[data-row]").count();
  assert.ok(queue > 0, "there is work");
  await page.click("form[action='/reviews/next'] button");
  await page.waitForURL(onCustomer);
  const here = pathOf(page);
  await page.click("a[href*='decision=incomplete']");
  await page.fill("#message", "Please send a newer bill.");
  await page.click("button[value=preview]");
  assert.ok((await page.locator("#preview blockquote").innerText()).includes("newer bill"), "the text is shown first");
  assert.equal(await page.inputValue("#message"), "Please send a newer bill.", "and kept");
  await page.click(".actions button[type=submit]");
  await page.waitForURL(onCustomer);
  await page.goto(here);
  assert.ok((await page.locator(".banner").innerText()).includes("Waiting for customer"));
  await page.goto("/reviews?tab=waiting");
  assert.ok(await page.locator("tr[data-row]").count() > 0, "what waits has a list of its own");
  await desk.close();
});
