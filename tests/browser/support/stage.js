// What a file of tests needs: a browser, and a demo of its own.

import { after, before } from "node:test";
import { start } from "./demo.js";
import { arrive, browse } from "./visitor.js";

/** Sets both up before the tests of a file and takes them down after; `house` is there once the tests run. */
export function stage(mode = "demo") {
  const set = { arrive: (options) => arrive(set.browser, set.house, options) };
  before(async () => { set.browser = await browse(); });
  before(async () => { set.house = await start(mode); });
  after(async () => { await set.browser?.close(); });
  after(async () => { await set.house?.stop(); });
  return set;
}
