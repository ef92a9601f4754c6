// A case file as a ZIP of files that are stored as they are (src/casefile/zip), read by the directory at its end.
import assert from "node:assert/strict";

const [CENTRAL, END] = [0x02014b50, 0x06054b50];
// The end of an archive without a comment.
const END_SIZE = 22;

// Each file's bytes by its name.
export function unpacked(archive) {
  const end = archive.length - END_SIZE;
  assert.equal(archive.readUInt32LE(end), END, "an archive");
  const files = new Map();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    assert.equal(archive.readUInt32LE(at), CENTRAL, "an entry of the directory");
    assert.equal(archive.readUInt16LE(at + 10), 0, "stored as it is");
    const [size, header] = [archive.readUInt32LE(at + 24), archive.readUInt32LE(at + 42)];
    const [name, extra, comment] = [28, 30, 32].map((place) => archive.readUInt16LE(at + place));
    // The header before a file has a name and extra fields of its own.
    const begins = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    files.set(archive.toString("utf8", at + 46, at + 46 + name), archive.subarray(begins, begins + size));
    at += 46 + name + extra + comment;
  }
  return files;
}
