// What the keyboard does, and what JavaScript adds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toComposer } from "./support/kinds.js";
import { stage } from "./support/stage.js";

const set = stage();

/** Runs a visit of the demo's member, signed in. */
const visit = (name, body) => test(name, async () => {
  const visitor = await set.arrive();
  await visitor.signIn(set.house.member);
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

visit("/ leads to the search, and into its field", async (visitor, page) => {
  await visitor.go("/o/saltmarsh/okrs");
  await page.keyboard.press("/");
  await page.waitForURL("**/o/saltmarsh/search");
  await page.waitForFunction(() => document.activeElement.id === "q"); // autofocus comes with the first drawing, after the address
  await visitor.go("/o/saltmarsh/search?q=mesh");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
});

visit("Words are kept while they are typed", async (visitor, page) => {
  const words = "The Tana, if it lets me.";
  await toComposer(visitor);
  await page.getByLabel("What is next?").fill(words);
  await page.getByText(/^Saved at \d\d:\d\d\.$/).waitFor();
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

test("Whatever has the focus can be seen, on a phone too", async () => {
  const visitor = await set.arrive({ width: 390 });
  const { page } = visitor;
  await visitor.signIn(set.house.member);
  await toComposer(visitor);
  await page.setViewportSize({ width: 390, height: 600 });
  for (let stops = 0; stops < 60; stops += 1) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const it = document.activeElement;
      const box = (it.closest("label") ?? it).getBoundingClientRect(); // a choice is drawn by its label
      const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return it === document.body || (seen && (it.contains(seen) || seen.contains(it) || it.closest("label")?.contains(seen))) ? null : it.outerHTML.slice(0, 120);
    });
    assert.equal(hidden, null, "hidden while it has the focus");
  }
  await visitor.leave();
});

test("A review is stepped through with the keyboard alone", async () => {
  const visitor = await set.arrive();
  const { page } = visitor;
  await visitor.signIn(set.house.manager);
  await visitor.go("/o/saltmarsh/today");
  const pressed = async (key, pattern) => {
    await page.keyboard.press(key);
    await page.waitForURL(pattern);
    await page.waitForLoadState();
  };
  await page.keyboard.press("g");
  await pressed("r", "**/o/saltmarsh/review");
  while (!/^Step through/.test(await page.evaluate(() => document.activeElement.textContent))) await page.keyboard.press("Tab");
  await pressed("Enter", "**/review/steps/**");
  const titles = [await page.locator("h1").innerText()];
  // Help is coming, with a note
  await page.keyboard.press("2");
  assert.ok(await page.getByLabel("Help is coming").isChecked());
  await page.keyboard.press("n");
  await page.keyboard.type("Two days of mine are yours.");
  assert.equal(await page.getByLabel("A note").inputValue(), "Two days of mine are yours.");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction((title) => document.querySelector("h1").innerText !== title, titles[0]);
  titles.push(await page.locator("h1").innerText());
  // Back, where it stands as it was left, and on again
  await page.keyboard.press("ArrowLeft");
  await page.getByText("You wrote here: Two days of mine are yours.").waitFor();
  assert.equal(await page.locator("h1").innerText(), titles[0]);
  // To the end
  for (let stops = 0; stops < 40 && !page.url().includes("/review/summary"); stops += 1) {
    const here = page.url();
    await page.keyboard.press((await page.locator("[data-keys=a]").count()) ? "a" : "ArrowRight");
    await page.waitForFunction((here) => location.href !== here, here);
    await page.waitForLoadState();
  }
  assert.match(await page.locator("h1").innerText(), /^What was found stepping through/);
  while (!/^Send it/.test(await page.evaluate(() => document.activeElement.textContent))) await page.keyboard.press("Tab");
  await pressed("Enter", "**/review/summaries/**");
  await page.getByText("Sent. It stands here").waitFor();
  await visitor.leave();
});
