// Two ways to work at the desk: by keyboard alone, and by mouse. Each counts what it took; a scenario is told once and done in either.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const FURTHEST = 250;
const NEAR = 5_000;

// Somebody without a mouse. Focus that falls to the page's body after a key is a place lost: it fails.
export function keyboard(page) {
  let presses = 0;
  const press = async (key) => { presses += 1; await page.keyboard.press(key); };
  const at = (selector) => page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
  const lost = () => page.evaluate(() => document.activeElement === null || document.activeElement === document.body);

  // Tab until the focus is there. Behind the last control comes the browser's own bar, once in a round.
  async function to(selector) {
    let rounds = 0;
    for (let step = 0; step < FURTHEST; step += 1) {
      if (await at(selector)) return;
      await press("Tab");
      if (await lost()) rounds += 1;
      assert.ok(rounds < 2, `no key leads to ${selector} on ${page.url()}`);
    }
    throw new Error(`${FURTHEST} tabs did not lead to ${selector} on ${page.url()}`);
  }

  // A key that does something. On the same document the focus must be on some control afterwards; a new document begins at
  // its own beginning, from which the next Tab goes on.
  async function act(key, done) {
    await page.evaluate(() => { globalThis.same = true; });
    await press(key);
    await done();
    const until = Date.now() + NEAR;
    const astray = () => page.evaluate(() => globalThis.same === true && document.activeElement === document.body).catch(() => true);
    while (await astray()) {
      assert.ok(Date.now() < until, `the focus is lost after ${key} on ${page.url()}`);
      await sleep(50);
    }
  }

  return {
    how: "by keyboard alone",
    get count() { return presses; },
    press,
    // Follows a link or presses a button; `key` is the desk's own key for it.
    async go(selector, done, key) {
      if (!key) await to(selector);
      await act(key ?? "Enter", done);
    },
    async type(selector, words) {
      await to(selector);
      await page.keyboard.type(words);
    },
    // Ticks, or goes to one of a group by the arrows.
    async choose(selector) {
      const group = await page.locator(selector).evaluate((box) => (box.type === "radio" ? `input[type=radio][name="${box.name}"]` : null));
      await to(group ?? selector);
      for (let step = 0; step < 12 && !(await at(selector)); step += 1) await press("ArrowDown");
      assert.ok(await at(selector), `the arrows lead to ${selector}`);
      if (!(await page.isChecked(selector))) await press("Space");
      assert.ok(await page.isChecked(selector), `${selector} is chosen`);
    },
    async select(selector, words) {
      await to(selector);
      await page.keyboard.type(words);
      const chosen = await page.locator(selector).evaluate((list) => list.selectedOptions[0].text);
      assert.equal(chosen, words);
    },
    // The browser's own window for files is not the page's: the focus is on the field, and the file is put there.
    async file(selector, file) {
      await to(selector);
      await page.setInputFiles(selector, file);
    },
    // Goes down a list to the row whose link leads there.
    async row(href) {
      for (let step = 0; step < 60; step += 1) {
        await press("j");
        if (await at(`tr.is-current a[href='${href}']`)) return;
      }
      throw new Error(`j never came to ${href} on ${page.url()}`);
    },
  };
}

// Links and forms alone, by mouse: all there is where JavaScript is off.
export function mouse(page) {
  let clicks = 0;
  const click = async (selector) => { clicks += 1; await page.locator(selector).first().click(); };
  return {
    how: "by links and forms",
    get count() { return clicks; },
    async go(selector, done) { await click(selector); await done(); },
    // Whoever comes to a field by its address, or writes on in the next one by Tab, has not clicked.
    async type(selector, words) {
      if (!(await page.evaluate((wanted) => document.activeElement.matches(wanted), selector))) await click(selector);
      await page.keyboard.type(words);
    },
    async choose(selector) {
      if (!(await page.isChecked(selector))) { clicks += 1; await page.check(selector); }
    },
    async select(selector, words) { clicks += 1; await page.selectOption(selector, { label: words }); },
    async file(selector, file) { clicks += 1; await page.setInputFiles(selector, file); },
    async row() {},
  };
}
