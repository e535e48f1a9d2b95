// A demo of its own for a test: an empty folder, a free port, the program that bin/test has built.

import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const repository = new URL("../../../", import.meta.url).pathname;
const PROGRAM = process.env.PROGRAM ?? join(repository, process.env.CARGO_TARGET_DIR ?? "target", "debug/meridian");

/** How long a debug build may take to set up its database and tell the story, on a busy machine. */
const PATIENCE = 90_000;

/**
 * Starts the program and waits until it answers; `mode` is "demo", or "serve" for a house nobody has set up.
 * What comes back knows its `address`, the sign-ins it printed, all it wrote (`said()`), how to `stop()`, and how to be
 * killed (`kill()`) and come up again in the same place (`again()`).
 */
export async function start(mode = "demo") {
  const folder = await mkdtemp(join(tmpdir(), "meridian-browser-"));
  await chmod(folder, 0o755); // started by root, the database runs as another user, who has to reach it
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  let output = "", child, running, exited;
  const run = () => {
    child = spawn(PROGRAM, [mode], {
      cwd: folder, // away from a developer's .env
      env: {
        ...pick("PATH", "HOME", "USER", "LANG", "TMPDIR", "MERIDIAN_PG_BIN"),
        MERIDIAN_DATA: join(folder, "data"),
        MERIDIAN_LISTEN: `127.0.0.1:${port}`,
        MERIDIAN_BASE_URL: address,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (words) => { output += words; });
    running = true;
    exited = new Promise((resolve) => {
      child.once("error", (error) => { output += error; resolve(-1); });
      child.once("exit", (code) => resolve(code));
    }).finally(() => { running = false; });
  };
  process.once("exit", () => child.kill("SIGTERM")); // when a test did not come to its end
  const stop = async () => {
    child.kill("SIGTERM");
    const impatient = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const code = await exited;
    clearTimeout(impatient);
    await rm(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`The program stopped with ${code}:\n${output.slice(-4000)}`);
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  const again = async () => {
    run();
    if (await answers(address, () => running)) return;
    await stop().catch(() => {});
    throw new Error(`The program at ${PROGRAM} did not start:\n${output.slice(-4000)}`);
  };
  await again();
  return { address, stop, kill, again, said: () => output, ...(mode === "demo" ? signIns(output) : {}) };
}

/** The sign-ins of the greeting: whom the demo introduces, and the one password. */
function signIns(greeting) {
  const after = (words) => {
    const found = greeting.match(new RegExp(`${words} +(\\S.*)`));
    if (!found) throw new Error(`The demo did not print “${words}”:\n${greeting}`);
    return found[1].trim();
  };
  const password = after("Password");
  const person = (words) => ({ email: after(words), password });
  return { member: person("As a member"), manager: person("As a manager"), owner: person("As the owner"), sentMail: after("Sent mail") };
}

/** Waits for /readyz, which also says that the background task has been round once. */
async function answers(address, running) {
  for (const end = Date.now() + PATIENCE; running() && Date.now() < end; await sleep(100)) {
    if (await fetch(`${address}/readyz`).then((answer) => answer.ok, () => false)) return true;
  }
  return false;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const pick = (...names) => Object.fromEntries(names.filter((name) => name in process.env).map((name) => [name, process.env[name]]));
