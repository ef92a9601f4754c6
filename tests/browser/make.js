// What a test needs and the demo does not show: made through the desk's own forms, as somebody of the demo would.
import { createHmac } from "node:crypto";
import { deflateSync } from "node:zlib";

// Posts a form as the page that is open would; where it led.
export function send(page, address, fields = {}, file = null) {
  return page.evaluate(async ([to, pairs, paper]) => {
    const body = paper ? new FormData() : new URLSearchParams();
    for (const [name, values] of Object.entries(pairs)) for (const value of [values].flat()) body.append(name, value);
    if (paper) body.append("file", new Blob([Uint8Array.from(atob(paper.base64), (c) => c.charCodeAt(0))], { type: paper.type }), paper.name);
    const answer = await fetch(to, { method: "POST", body });
    if (!answer.ok) throw new Error(`${to}: ${answer.status}: ${(await answer.text()).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(-600)}`);
    return new URL(answer.url).pathname;
  }, [address, fields, file && { name: file.name, type: file.mimeType, base64: file.buffer.toString("base64") }]);
}

function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

// A picture of one grey, as a PNG file.
export function picture(name) {
  const [width, height] = [120, 80];
  const rows = Buffer.alloc((width + 1) * height, 0xb0);
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const chunk = (type, data) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(checksum(named));
    return Buffer.concat([length, named, check]);
  };
  const buffer = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, mimeType: "image/png", buffer };
}

// A PDF of so many pages, each with its number in large letters.
export function pdf(name, pages) {
  const each = Array.from({ length: pages }, (_, at) => at);
  const drawn = each.map((at) => `BT /F1 96 Tf 60 400 Td (Page ${at + 1}) Tj ET`);
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${each.map((at) => `${4 + 2 * at} 0 R`).join(" ")}] /Count ${pages} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...each.flatMap((at) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * at} 0 R >>`,
      `<< /Length ${drawn[at].length} >>\nstream\n${drawn[at]}\nendstream`,
    ]),
  ];
  let file = "%PDF-1.7\n";
  const places = objects.map((object, at) => {
    const place = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join("")}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return { name, mimeType: "application/pdf", buffer: Buffer.from(file) };
}

// The queue of the officer's branches, the most urgent first, as an admin sees it.
async function queue(page) {
  await page.goto("/reviews?tab=open&branch=london&branch=madrid");
  return page.$$eval("tr[data-row]", (rows) => rows.map((row) => ({
    customer: row.querySelector("a").getAttribute("href"),
    review: row.querySelector("input[name=review]").value,
    kind: row.querySelector("td.wide").textContent.trim().split(":")[0],
    words: row.textContent.replace(/\s+/g, " "),
    free: row.querySelector("[data-key=m]") !== null,
  })));
}

// Whether nothing is missing; papers that nobody has looked at yet are not missing.
export async function met(page, customer) {
  const html = await (await page.request.get(customer)).text();
  return /All requirements met|documents? to check/.test(html) && !/\d requirements? open/.test(html);
}

// Sets the scene for an officer: the most urgent review is one of London that has everything, about a person, which the manager may
// approve; what was more urgent is given to colleagues, and so is whoever is of high risk, about whom an officer decides nothing
// alone: how soon one of them comes depends on the hour of the day. One of London is held by the manager.
export async function scene(page) {
  const open = (await queue(page)).filter((line) => line.free && !line.words.includes("by Olga Serrano"));
  const give = async (line, to) => {
    const id = await page.locator("#assign-to option", { hasText: to }).first().getAttribute("value");
    await send(page, "/reviews/assign", { review: line.review, staff: id });
  };
  const ours = (line) => line.words.includes("London") && !line.words.includes("by Martin Hale");
  const risky = (line) => / High \d/.test(line.words);
  let urgent = null;
  for (const line of open) {
    if (!urgent && ours(line) && !risky(line) && line.kind === "Person" && await met(page, line.customer)) { urgent = line; continue; }
    if (urgent && !risky(line)) continue;
    const desk = line.words.includes("London") ? ["Thomas Okafor", "Priya Nair"] : ["Íñigo Zabala", "Catarina Brás"];
    await give(line, desk.find((name) => !line.words.includes(`by ${name}`)));
  }
  if (!urgent) throw new Error("no open review of London has everything");
  // After several days in one installation few are left.
  const rest = open.slice(open.indexOf(urgent) + 1).filter((line) => ours(line) && !risky(line));
  const held = rest[1] ?? rest[0];
  if (held) await give(held, "Martin Hale");
  return { urgent: urgent.customer, held };
}

// The version of a customer that a form must name.
export async function version(page, customer) {
  const html = await (await page.request.get(`${customer}/edit`)).text();
  return /name="version" value="(\d+)"/.exec(html)[1];
}

// A customer of London; their address.
export async function customer(page, kind, fields) {
  await page.goto(`/customers/new?kind=${kind}`);
  const branch = await page.locator("#branch option", { hasText: "London" }).getAttribute("value");
  return send(page, "/customers/new", { kind, branch, confirm: "yes", ...fields });
}

// The code that an authenticator app shows now for a key in base 32.
export function code(key) {
  let bits = "";
  for (const letter of key.replace(/[^A-Za-z2-7]/g, "")) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter.toUpperCase()).toString(2).padStart(5, "0");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const sum = createHmac("sha1", secret).update(step).digest();
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const PERSON = { first_name: "Inês", last_name: "Falcão", birth_date: "1987-03-09", nationality: "PT", country: "PT", city: "Porto" };

// What the pages show once something was done, each as a form of the desk does it: what is empty in the demo is full afterwards.
export async function everything(server, { admin, manager, officer, auditor }) {
  const { urgent, held } = await scene(admin);
  for (const page of [officer, auditor, manager]) await page.goto("/reviews");

  // A proposal waits for a second person.
  await send(officer, "/reviews/next");
  await officer.goto(urgent);
  const decided = (await officer.locator("a[data-key=v]").getAttribute("href")).split(/[?#]/)[0];
  await send(officer, decided, { decision: "validated", risk: "high", comment: "Money from far away.", version: await version(officer, urgent) });

  // A name that is on a list, twice among the customers; what its paper says differs; colleagues are called in notes.
  const list = await server.file("names.csv", "id,schema,name,aliases,birth_date,countries\nQ1,Person,Ines FALCAO,Falcao Ines,1987-03-09,pt\n");
  await server.run("watchlist", "import", list);
  const person = await customer(admin, "natural", { ...PERSON, email: "ines@mail.example" });
  await customer(admin, "natural", PERSON);
  const third = await customer(admin, "natural", PERSON);
  await send(admin, `${person}/duplicates`, {
    other: third.split("/")[2], answer: "merge", reason: "The same passport lies in both.",
    version: await version(admin, person), other_version: await version(admin, third),
  });
  await send(officer, `${person}/verifications`, { verification_type: "sanctions", provider: "watchlist" });
  await send(officer, `${person}/documents`, { type: "IDENTITY_PROOF" }, picture("card.png"));
  await officer.goto(person);
  const paper = await officer.locator("a[href^='/documents/']").first().getAttribute("href");
  await send(officer, `${person}/documents`, { type: "ADDRESS_PROOF" }, pdf("bill.pdf", 3));
  await officer.goto(paper);
  const beside = await officer.locator("a[href*='with=']").first().getAttribute("href");
  await send(officer, `${paper}/fields`, { source: "officer", last_name: "Falcon", version: await version(officer, person) });
  await send(officer, `${person}/notes`, { body: "@Ada Marlowe and @Aurelio Brandt, please look." });
  await send(admin, `${person}/notes`, { body: "@Olga Serrano, it is another one." });

  // A company with two members, one of them a company with its own; a sole trader.
  const company = await customer(admin, "legal", { legal_name: "Moinho & Filhos Lda", registration_number: "PT509442013", legal_type: "2" });
  const above = await customer(admin, "legal", { legal_name: "Moinho Participações SA", registration_number: "PT509442014", legal_type: "2" });
  const short = async (address) => { await admin.goto(address); return (await admin.locator(".banner .id").first().innerText()).trim(); };
  const member = async (whose, fields) => send(admin, `${whose}/relations`, { step: "add", role: "shareholder", source: "register", version: await version(admin, whose), ...fields });
  await member(company, { first_name: "Rui", last_name: "Neves", percent: "60" });
  await member(company, { member: await short(above), percent: "40" });
  await member(above, { first_name: "Marta", last_name: "Neves", percent: "100" });
  const trader = await customer(admin, "sole_trader", { ...PERSON, first_name: "Lídia", legal_name: "Lídia, Costura", registration_number: "PT209442015" });

  // Reviews that are held, one of them a matter for managers.
  const own = [await send(admin, "/reviews/next"), await send(officer, "/reviews/next")];
  await admin.goto(own[0]);
  const review = (await admin.locator("a[href*='/decision']").first().getAttribute("href")).split("/decision")[0];
  await send(admin, `${review}/escalate`, { reason: "Money from three countries in a week" });
  const files = [];
  for (const page of [admin, officer, auditor, manager]) files.push(await send(page, `${person}/casefile`));

  // A file of customers that was checked: one row is wrong, and one is alike to somebody who is here.
  const table = Buffer.from("kind,last name,branch,e-mail,note\nnatural,Silva,london,ines@mail.example,\nrobot,Neves,paris,,x\n");
  const path = await send(admin, "/customers/import", {}, { name: "people.csv", mimeType: "text/csv", buffer: table });
  const checked = await send(admin, path, { c0: "kind", c1: "last_name", c2: "branch", c3: "email", mode: "check" });
  for (let tries = 0; tries < 100 && !(await (await admin.request.get(checked)).text()).includes("Something is wrong"); tries += 1) await admin.waitForTimeout(200);

  const theirs = await send(manager, "/customers/import", {}, { name: "people.csv", mimeType: "text/csv", buffer: table });

  // An endpoint that no name leads to, and a message to it.
  await send(admin, "/settings/webhooks", { face: "kontorion", url: "https://hooks.invalid/vouch", name: "Ledger", event: ["verification.created", "verification.verified"] });
  await admin.goto("/settings/webhooks");
  const webhook = await admin.locator("tr[data-row] a[href^='/settings/webhooks/']").first().getAttribute("href");
  await send(admin, `${webhook}/test`);
  await admin.goto("/customers?kyc=validated");
  const validated = await admin.locator("tr[data-row] a").first().getAttribute("href");
  await manager.goto("/customers?kyc=validated");
  const local = await manager.locator("tr[data-row] a").first().getAttribute("href");
  return { urgent, held, validated, local, theirs, person, merged: third, paper, beside, company, trader, own, review, files, imported: [path, checked], webhook };
}
