// An officer's whole day and the manager's answer to it, told once and done twice: by keyboard alone, and without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, onCustomer, open, PASSWORD, pathOf, signIn } from "./desk.js";
import { keyboard, mouse } from "./hands.js";
import { customer as add, met, pdf, picture, scene, send } from "./make.js";
import { start } from "./server.js";

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([start(), launch()]); });
after(async () => {
  await browser?.close();
  await server?.stop();
});

const SAVE = "form.decide .actions button[type=submit]";

// What somebody sees who looks without moving from their page.
const seen = async (page, address) => (await (await page.request.get(address)).text()).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
const banner = async (page, customer) => /KYC status.*?Risk/.exec(await seen(page, customer))[0];

async function prepared() {
  const desk = await open(browser, server.url);
  await signIn(desk.page, "admin");
  const made = await scene(desk.page);
  await desk.close();
  return made;
}

// Signs in with the hands that are to be used: the first address is the last that is typed.
async function begin(options, hands, who) {
  const desk = await open(browser, server.url, options);
  const { page } = desk;
  const hand = hands(page);
  const to = (wanted) => () => page.waitForURL(wanted);
  await page.goto("/login");
  await hand.type("#email", `${who}@vouch.test`);
  await hand.type("#password", PASSWORD);
  await hand.go("main button[type=submit]", to((url) => url.pathname !== "/login"));
  if (hands === keyboard) {
    // The address is there before the page is.
    await page.waitForLoadState();
    await hand.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.matches("a[href='#main']")), "the first stop skips to the work");
  }
  return { desk, page, hand, to };
}

async function officersDay(options, hands, { urgent, held }) {
  const { desk, page, hand, to } = await begin(options, hands, "officer");
  const reviews = async () => {
    await hand.go("nav[aria-label=Main] a[href='/reviews']", to((url) => url.pathname === "/reviews"));
    await hand.go(".tabs a[href*='tab=open']", () => page.locator(".tabs a[href*='tab=open'][aria-current]").waitFor());
  };

  // The most urgent one opens. A paper is added, what stands on it is entered, and it is accepted.
  await reviews();
  await hand.go("form[action='/reviews/next'] button", to(onCustomer), "n");
  assert.equal(pathOf(page), urgent, "the most urgent review is the one that opens");
  await hand.go(`a[href='${urgent}/documents']`, to(/\/documents$/));
  await hand.select("#type", "Identity document");
  await hand.file("#file", picture("card.png"));
  await hand.go("main form[enctype] button[type=submit]", to(onCustomer));
  const paper = await page.locator("tr", { hasText: "card.png" }).locator("a[href^='/documents/']").getAttribute("href");
  await hand.go(`a[href='${paper}']`, to(/\/documents\/[0-9a-f-]+$/));
  await page.locator(".viewer__sheet img").waitFor();
  await hand.go(`a[href='${paper}/fields']`, to(/\/fields$/));
  await hand.type("#last_name", "Otherwise");
  await hand.go("form:has([name=source][value=officer]) button[type=submit]", to((url) => url.pathname === paper));
  await hand.choose("#status-validated");
  await hand.go(`form[action='${paper}/check'] button[type=submit]`, () => page.locator(".flash", { hasText: "check is saved" }).waitFor());
  await hand.go(`main a.btn[href='${urgent}']`, to(onCustomer));

  // The paper says another name: the case is open until somebody has answered for it.
  assert.ok(!(await met(page, urgent)), "a difference is open");
  const row = "#compare-last_name";
  assert.match(await page.locator(row).innerText(), /Differs/);
  const answer = `form[action^='${urgent}/fields']`;
  await hand.go(`${row} a[href*='answer=accept']`, () => page.locator(`${answer} [name=reason]`).waitFor());
  await hand.type(`${answer} [name=reason]`, "Married last year; the certificate was shown at the branch.");
  await hand.go(`${answer} button[type=submit]`, () => page.locator(`${row}:not(.is-open)`).waitFor());
  assert.ok(await met(page, urgent), "the difference is answered for");
  await hand.type("#body", "The old card is still valid until spring.");
  await hand.go(`form[action='${urgent}/notes'] button[type=submit]`, () => page.locator(".timeline blockquote", { hasText: "until spring" }).first().waitFor());

  // Validated with high risk: a second person is asked, and the next review opens.
  await hand.go("a[data-key=v]", to(/\/decision\?decision=validated/), "v");
  assert.ok(await page.isChecked("#decision-validated"));
  await hand.choose("#risk-high");
  await hand.type("#comment", "Known to us for years, but the money comes from far away.");
  await hand.go(SAVE, to(onCustomer));
  assert.match(await seen(page, urgent), /waits for a second person/);

  // The second is refused, with a reason; what the customer reads is shown before.
  const second = pathOf(page);
  assert.notEqual(second, urgent, "the next review has opened");
  await hand.go("a[data-key=r]", to(/\/decision\?decision=refused/), "r");
  await hand.choose(".reasons input[value=identity_not_proved]");
  await hand.type("#comment", "The picture is of somebody else.");
  await hand.select("#language", "Spanish");
  await hand.go("button[value=preview]", () => page.locator("#preview blockquote[lang=es]").waitFor());
  assert.ok(pathOf(page).endsWith("/decision"), "the preview decides nothing");
  assert.equal(await page.inputValue("#comment"), "The picture is of somebody else.", "and keeps what was typed");
  await hand.go(SAVE, to(onCustomer));
  assert.match(await banner(page, second), /Refused/);

  // Of the third more is asked.
  const third = pathOf(page);
  assert.notEqual(third, second);
  await hand.go("a[data-key=i]", to(/\/decision\?decision=incomplete/), "i");
  assert.ok(await page.isChecked("#decision-incomplete"), "the form says what was meant");
  await hand.type("#message", "Please send a bill of the last three months.");
  await hand.go(SAVE, to(onCustomer));
  assert.match(await banner(page, third), /Waiting for customer/);

  // The fourth is given back; another is taken over from the colleague who holds it, which is asked twice.
  const fourth = pathOf(page);
  await hand.go(".dock form[action$='/release'] button", () => page.locator("[data-key=m]:visible").first().waitFor());
  assert.ok([fourth, "/reviews"].includes(pathOf(page)));
  await reviews();
  await hand.row(held.customer);
  desk.expected.add(409);
  const claim = `form[action='/reviews/${held.review}/claim'] button`;
  await hand.go(claim, () => page.locator(`form:has([name=take_over]) button`).waitFor());
  assert.match(await page.locator("h1").innerText(), /Martin Hale works on this review/);
  await hand.go("form:has([name=take_over]) button", to(onCustomer));
  assert.equal(pathOf(page), held.customer);
  await page.locator("a[data-key=v]").waitFor();
  await desk.close();
}

async function managersAnswer(options, hands, { urgent }) {
  const { desk, page, hand, to } = await begin(options, hands, "manager");
  await hand.go("nav[aria-label=Main] a[href='/approvals']", to((url) => url.pathname === "/approvals"));
  const proposal = `article:has(h2 a[href='${urgent}'])`;
  assert.match(await page.locator(proposal).innerText(), /money comes from far away/);
  await hand.go(`${proposal} form[action$='/approve'] button`, () => page.locator(".flash").waitFor());
  assert.equal(await page.locator(proposal).count(), 0, "it waits no more");
  assert.match(await banner(page, urgent), /Validated/);
  assert.match(await seen(page, urgent), /Risk High/);
  await desk.close();
}

for (const [name, options, hands] of [["by keyboard alone", {}, keyboard], ["without JavaScript", { javaScriptEnabled: false }, mouse]]) {
  test(`a day ${name}`, { timeout: 180_000 }, async () => {
    const made = await prepared();
    await officersDay(options, hands, made);
    await managersAnswer(options, hands, made);
  });
}

// From the open queue to a decision that is saved: presses of keys beside the words, or clicks, and seconds in which nobody thinks.
for (const hands of [keyboard, mouse]) {
  const unit = hands === keyboard ? "presses" : "clicks";
  test(`figures: from the queue to a decision, in ${unit}`, { timeout: 120_000 }, async () => {
    const { urgent } = await prepared();
    const desk = await open(browser, server.url);
    const { page } = desk;
    await signIn(page, "officer");
    const from = async (what, most, decide) => {
      await page.goto("/reviews?tab=open");
      const hand = hands(page);
      const to = (wanted) => () => page.waitForURL(wanted);
      const began = Date.now();
      await hand.go("form[action='/reviews/next'] button", to(onCustomer), "n");
      const here = pathOf(page);
      await decide(hand, to);
      await hand.go(SAVE, to((url) => !url.pathname.endsWith("/decision")));
      console.log(`queue to decision, ${what}: ${hand.count} ${unit}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
      assert.ok(hand.count <= most, `${what} takes ${hand.count} ${unit}; ${most} were enough`);
      return here;
    };
    const validated = await from("validate", hands === keyboard ? 6 : 4, async (hand, to) => {
      await hand.go("a[data-key=v]", to(/\/decision/), "v");
      await hand.choose("#risk-low");
    });
    assert.equal(validated, urgent);
    assert.match(await banner(page, validated), /Validated/);
    const asked = await from("ask for more", hands === keyboard ? 6 : 3, async (hand, to) => {
      await hand.go("a[data-key=i]", to(/\/decision/), "i");
      await hand.type("#message", "Please send a bill of the last three months.");
    });
    assert.match(await banner(page, asked), /Waiting for customer/);
    await desk.close();
  });
}

for (const [how, options, hands] of [["by keyboard alone", {}, keyboard], ["without JavaScript", { javaScriptEnabled: false }, mouse]]) {
  test(`two papers beside each other, each with tools of its own, ${how}`, { timeout: 60_000 }, async () => {
    const desk = await open(browser, server.url);
    await signIn(desk.page, "officer");
    const customer = await add(desk.page, "natural", { first_name: "Tomé", last_name: "Quintela", country: "PT" });
    await send(desk.page, `${customer}/documents`, { type: "IDENTITY_PROOF" }, pdf("card.pdf", 2));
    await send(desk.page, `${customer}/documents`, { type: "ADDRESS_PROOF" }, pdf("bill.pdf", 3));
    await desk.page.goto(`${customer}#documents`);
    const bill = await desk.page.locator("tr", { hasText: "bill.pdf" }).locator("a[href^='/documents/']").getAttribute("href");
    await desk.close();

    const { desk: own, page, hand, to } = await begin(options, hands, "officer");
    await page.goto(bill);
    const shows = async (figure, page_, turn, width) => {
      const picture = page.locator(`${figure} img`);
      assert.match(await picture.getAttribute("src"), new RegExp(`page=${page_}&turn=${turn}&width=${width}$`), figure);
      const drawn = () => picture.evaluate((img) => img.complete && img.naturalWidth > 50);
      for (let tries = 0; tries < 50 && !(await drawn()); tries += 1) await page.waitForTimeout(100);
      assert.ok(await drawn(), `the picture of ${figure} is there`);
    };
    const step = (tool, wanted) => hand.go(`#${tool}`, async () => {
      await to((url) => url.search.includes(wanted))();
      await page.waitForLoadState();
    });
    await step("look-after", "page=2");
    await shows("#picture", 2, 0, 1000);
    await step("look-larger", "zoom=150");
    await step("look-right", "turn=90");
    await shows("#picture", 2, 90, 1500);
    await hand.go("details:has(a[href*='with=']) > summary", () => page.locator("a[href*='with=']").first().waitFor());
    await hand.go("details a[href*='with=']", to((url) => url.searchParams.has("with")));
    await shows("#picture", 2, 90, 1500);
    await shows("#beside", 1, 0, 1000);
    await step("beside-after", "with_page=2");
    await step("beside-larger", "with_zoom=150");
    await step("beside-left", "with_turn=270");
    await shows("#beside", 2, 270, 1500);
    await shows("#picture", 2, 90, 1500);
    // It leads no further.
    assert.equal(await page.locator("#beside-after").count(), 0);
    await step("look-before", "page=1&");
    await shows("#picture", 1, 90, 1500);
    await shows("#beside", 2, 270, 1500);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `too wide at ${width} px`);
    }
    await own.close();
  });
}
