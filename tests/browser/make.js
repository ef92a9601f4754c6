// What a test needs and the demo does not show: made through the desk's own forms, as somebody of the demo would.
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

export async function met(page, customer) {
  const html = await (await page.request.get(customer)).text();
  return html.includes("All requirements met");
}

// Sets the scene for an officer: the most urgent review is one of London that has everything, about a person, which the manager may
// approve; what was more urgent is given to colleagues. One of London is held by the manager.
export async function scene(page) {
  const open = (await queue(page)).filter((line) => line.free && !line.words.includes("by Olga Serrano"));
  const give = async (line, to) => {
    const id = await page.locator("#assign-to option", { hasText: to }).first().getAttribute("value");
    await send(page, "/reviews/assign", { review: line.review, staff: id });
  };
  const ours = (line) => line.words.includes("London") && !line.words.includes("by Martin Hale");
  let urgent = null;
  for (const line of open) {
    if (ours(line) && line.kind === "Person" && await met(page, line.customer)) { urgent = line; break; }
    const desk = line.words.includes("London") ? ["Thomas Okafor", "Priya Nair"] : ["Íñigo Zabala", "Catarina Brás"];
    await give(line, desk.find((name) => !line.words.includes(`by ${name}`)));
  }
  if (!urgent) throw new Error("no open review of London has everything");
  const held = open.slice(open.indexOf(urgent) + 1).filter(ours)[1];
  await give(held, "Martin Hale");
  return { urgent: urgent.customer, held };
}
