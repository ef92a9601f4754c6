// A Vouch of the tests' own: the program as it is built, with its own PostgreSQL and the demo, in a folder that goes.
import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROGRAM = process.env.VOUCH_PROGRAM ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../target/debug/vouch");
const PATIENCE = 180_000;

export async function start() {
  const folder = await mkdtemp(path.join(tmpdir(), "vouch-browser-"));
  // PostgreSQL runs as another user where the tests run as root: that one must be able to pass.
  await chmod(folder, 0o755);
  const environment = { ...process.env, VOUCH_DATA_DIR: path.join(folder, "data"), VOUCH_LISTEN: "127.0.0.1:0" };
  for (const name of ["DATABASE_URL", "VOUCH_OWNER_URL", "VOUCH_SECRET_KEY", "VOUCH_PUBLIC_URL"]) delete environment[name];
  const server = spawn(PROGRAM, ["serve", "--demo"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  let said = "";
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the server did not start:\n${said}`)), PATIENCE);
    const hear = (piece) => {
      said += piece;
      const line = /^Vouch listens on (\S+)/m.exec(said);
      if (line) { clearTimeout(late); resolve(line[1]); }
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.on("error", reject);
    ended.then((code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
  return {
    url,
    said: () => said,
    // A command of the same program beside the server; what it printed.
    run: async (...words) => (await promisify(execFile)(PROGRAM, words, { env: environment, timeout: PATIENCE })).stdout,
    // A file that a command reads, in the folder that goes.
    async file(name, text) {
      await writeFile(path.join(folder, name), text);
      return path.join(folder, name);
    },
    async stop() {
      server.kill("SIGTERM");
      const code = await ended;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}
