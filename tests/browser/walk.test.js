// The main job, as an admin does it: sign in, list, filter, search, KYC page, override, audit. With JavaScript and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, pathOf, signIn } from "./desk.js";
import { start } from "./server.js";

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([start(), launch()]); });
after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0, "the server ends well");
});

const rows = (page) => page.locator("tr[data-row]");

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`${how}: sign in, filter, search, open the KYC page`, async () => {
    const desk = await open(browser, server.url, { javaScriptEnabled });
    const { page } = desk;
    await page.goto("/customers");
    assert.equal(pathOf(page), "/login", "a stranger is sent to the door");
    await signIn(page, "manager");
    await page.click("nav[aria-label=Main] a[href='/customers']");
    assert.ok(await rows(page).count() > 0, "there are customers");

    await page.locator("details.facet", { hasText: "KYC" }).or(page.locator("details.facet", { hasText: "Status" })).first().locator("summary").click();
    const box = page.locator("details.facet[open] input[name=kyc]").first();
    const status = await box.getAttribute("value");
    await box.check();
    await page.locator("details.facet[open] button[type=submit]").click();
    await page.waitForURL((url) => url.searchParams.getAll("kyc").includes(status));
    assert.ok(await page.locator(".chip").count() > 0, "the filter is a chip that can be taken away");

    await page.goto("/customers");
    const first = rows(page).first().locator("a[href^='/customers/']").first();
    const name = (await first.innerText()).trim();
    const href = await first.getAttribute("href");
    const word = name.split(/\s+/)[0];
    await page.fill("[data-search]", word);
    await page.press("[data-search]", "Enter");
    await page.waitForURL((url) => url.searchParams.has("s"));
    assert.ok(!decodeURIComponent(page.url()).includes(word), "no name stands in an address");
    assert.ok(await rows(page).count() > 0, `${word} is found`);

    await page.goto(href);
    assert.ok((await page.locator("h1").innerText()).includes(name), "the KYC page names the customer");
    await desk.close();
  });

  test(`${how}: override a pending check and read it in the audit log`, async () => {
    const desk = await open(browser, server.url, { javaScriptEnabled });
    const { page } = desk;
    await signIn(page, "admin");
    await page.goto("/verifications?status=pending");
    await rows(page).first().locator("a[href^='/verifications/']").first().click();
    await page.waitForURL(/\/verifications\/[0-9a-f-]{36}$/);
    const check = pathOf(page);
    // With JavaScript this opens a dialog; the page behind the link is the same form.
    await page.locator(`a[href='${check}/override']`).first().click();
    const form = page.locator(`form[action='${check}/override']`).last();
    await form.locator("[name=status]").first().waitFor();
    const choice = form.locator("input[type=radio][name=status]");
    if (await choice.count() > 0) await choice.first().check();
    else await form.locator("select[name=status]").selectOption({ index: 1 });
    const reason = `Seen in the branch, ${how}.`;
    await form.locator("[name=reason]").fill(reason);
    await form.locator("button[type=submit]").last().click();
    const confirm = page.locator(`form[action='${check}/override']:has([name=step][value=apply])`).last();
    await confirm.waitFor();
    await confirm.getByRole("button", { name: /^Override/ }).click();
    await page.waitForURL(/[?&]done=/);
    await page.goto(check);
    assert.ok((await page.locator("main").innerText()).includes(reason), "the check shows why");

    await page.goto("/audit?action=verification.overridden");
    const log = await page.locator("main").innerText();
    assert.ok(log.includes("Overrode the verification"), "the log says what happened");
    assert.ok(log.includes(reason), "and why");
    await desk.close();
  });

  test(`${how}: after signing out, going back shows nothing`, async () => {
    const desk = await open(browser, server.url, { javaScriptEnabled });
    const { page } = desk;
    await signIn(page, "officer");
    await page.goto("/customers");
    await page.click("details.menu > summary");
    await page.click("form[action='/logout'] button");
    await page.waitForURL(/\/login/);
    await page.goBack();
    assert.equal(await rows(page).count(), 0, "no customer is on the screen");
    await desk.close();
  });
}

test("keys: search, move, open, help; a field keeps its keys", async () => {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "officer");
  await page.goto("/customers");
  await page.keyboard.press("/");
  assert.ok(await page.evaluate(() => document.activeElement.matches("[data-search], #find")), "/ goes to the search");
  await page.keyboard.type("jk");
  assert.ok(await page.evaluate(() => document.activeElement.value.endsWith("jk")), "a field keeps its keys");
  await page.evaluate(() => document.activeElement.blur());

  const current = () => page.evaluate(() => [...document.querySelectorAll("tr[data-row]")].findIndex((row) => row.classList.contains("is-current")));
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await current(), 1);
  await page.keyboard.press("k");
  assert.equal(await current(), 0);
  const href = await rows(page).first().locator("a[href]").first().getAttribute("href");

  await page.keyboard.press("?");
  assert.ok(await page.locator("#keys-help").evaluate((dialog) => dialog.open), "? lists the keys");
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#keys-help").evaluate((dialog) => dialog.open)));
  assert.equal(await current(), 0, "the place is kept");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === href);
  await desk.close();
});

test("the override's dialog takes the focus, keeps it, and gives it back", async () => {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "admin");
  await page.goto("/verifications?status=pending");
  await rows(page).first().locator("a[href^='/verifications/']").first().click();
  const opener = page.locator("a[href$='/override'][hx-get], a[href$='/override']").first();
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog[data-modal][open]").waitFor();
  const inside = () => page.evaluate(() => document.activeElement.closest("dialog[open]") !== null);
  assert.ok(await inside(), "the focus is in the dialog");
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press("Tab");
    // Past the last control the browser's own bar is next; the page behind never is.
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog[open]") !== null));
  }
  desk.expected.add(422);
  await page.locator("dialog[open] button[type=submit]").last().click();
  await page.waitForTimeout(500);
  assert.ok(await inside(), "and stays there when the form comes back with errors");
  await page.keyboard.press("Escape");
  await page.waitForTimeout(200);
  assert.ok(await page.evaluate(() => document.activeElement.matches("a[href$='/override']")), "closed, the focus is where it was");
  await desk.close();
});

test("a dialog that was opened from a menu gives the focus back to the menu", async () => {
  const desk = await open(browser, server.url);
  const { page } = desk;
  await signIn(page, "admin");
  await page.goto("/customers?kyc=validated");
  await rows(page).first().locator("a[href^='/customers/']").first().click();
  const menu = page.locator("main details.menu").first();
  await menu.locator("summary").click();
  await menu.locator("a[href$='/override']").click();
  await page.locator("dialog[data-modal][open]").waitFor();
  // A click in the dialog is one beside the menu, which closes it.
  await page.locator("dialog[open] .dialog__foot [data-close]").click();
  await page.locator("dialog[data-modal]").waitFor({ state: "detached" });
  assert.equal(await menu.evaluate((fold) => fold.open), false);
  assert.ok(await menu.locator("summary").evaluate((summary) => document.activeElement === summary), "the focus is on the menu");
  await desk.close();
});
