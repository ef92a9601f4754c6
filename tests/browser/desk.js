// Chromium at the desk: what it says, loads and refuses is written down, and nothing of it may be amiss.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

export const PASSWORD = "vouch-demo-2026";

export const pathOf = (page) => new URL(page.url()).pathname;
export const onCustomer = (url) => /^\/customers\/[0-9a-f-]{36}$/.test(url.pathname);

export function launch() {
  return chromium.launch({
    executablePath: process.env.VOUCH_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ],
  });
}

// A window with nobody signed in. `amiss` collects what the browser complains of; a status that a test asks for is listed in `expected`.
export async function open(browser, url, options = {}) {
  // Motion is asked to be reduced: a click during the fade between two pages would hit the fade.
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const amiss = [];
  const expected = new Set();
  page.setDefaultTimeout(10_000);
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    const status = /responded with a status of (\d+)/.exec(message.text());
    if (status && expected.has(Number(status[1]))) return;
    amiss.push(`${message.type()} on ${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => amiss.push(`error on ${page.url()}: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`)) amiss.push(`asked for ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) amiss.push(`${response.status()} from ${response.url()}`);
  });
  return {
    context, page, amiss, expected,
    async close() {
      await context.close();
      assert.deepEqual(amiss, [], "the browser complained");
    },
  };
}

export async function signIn(page, who) {
  await page.goto("/login");
  await page.fill("#email", `${who}@vouch.test`);
  await page.fill("#password", PASSWORD);
  await page.click("main button[type=submit]");
  await page.waitForURL((url) => url.pathname !== "/login");
}
