// What the keyboard does, and what JavaScript adds.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support/demo.js";
import { toComposer } from "./support/kinds.js";
import { arrive, browse } from "./support/visitor.js";

let browser, house;
before(async () => { [browser, house] = await Promise.all([browse(), start()]); });
after(async () => { await browser?.close(); await house?.stop(); });

/** Runs a visit of the demo's member, signed in. */
const visit = (name, body) => test(name, async () => {
  const visitor = await arrive(browser, house);
  await visitor.signIn(house.member);
  await body(visitor, visitor.page);
  await visitor.leave();
});

visit("The first Tab stop leads past the header", async (visitor, page) => {
  await visitor.go("/o/saltmarsh/okrs");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null), "the next stop is in the page");
});

visit("g o leads to the OKRs, but not while somebody writes", async (visitor, page) => {
  await toComposer(visitor);
  await page.getByLabel("What is next?").fill("");
  await page.getByLabel("What is next?").pressSequentially("go on");
  assert.equal(new URL(page.url()).pathname, "/o/saltmarsh/today");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.waitForURL("**/o/saltmarsh/okrs");
});

visit("Words are kept while they are typed", async (visitor, page) => {
  const words = "The Tana, if it lets me.";
  await toComposer(visitor);
  await page.getByLabel("What is next?").fill(words);
  await page.getByText("Draft kept.").waitFor();
  await page.reload();
  assert.equal(await page.getByLabel("What is next?").inputValue(), words);
});

visit("What is wrong with a form is said first, and leads to the field", async (visitor, page) => {
  await visitor.go("/o/saltmarsh/okrs");
  await visitor.follow(page.getByRole("link", { name: "New objective" }));
  await visitor.follow(page.getByRole("button", { name: "Add objective" }), { status: 422 });
  const problem = page.getByRole("alert").getByRole("link").first();
  await problem.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "title");
});
