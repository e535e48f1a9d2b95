// A feed that lies open: a word comes that there is something new, the page stays where it is, and its reader decides.

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible } from "./support/axe.js";
import { toComposer } from "./support/kinds.js";
import { stage } from "./support/stage.js";

const set = stage();
const FEED = "/o/saltmarsh/teams?view=week"; // whatever day it is, today’s updates are on it

/** Somebody posts today's update, or changes nothing when it is there. */
async function posts(person, words) {
  const visitor = await set.arrive();
  await visitor.signIn(person);
  await toComposer(visitor);
  await visitor.page.getByLabel("What moved?").fill(words);
  await visitor.follow(visitor.page.getByRole("button", { name: "Post update" }));
  await visitor.leave();
}

/** What is on a page, in its order, and how far down its reader is. */
const standing = (page) => page.evaluate(() => ({
  scrolled: scrollY,
  height: document.documentElement.scrollHeight,
  order: [...document.querySelectorAll("main *:not(.news, .news *)")].map((it) => it.tagName + it.id).join(),
  focus: document.activeElement.textContent,
}));

test("What is new is announced without moving the page, in each window, and shown when its reader wants", async () => {
  const reader = await set.arrive({ width: 390 });
  const { page } = reader;
  await reader.signIn(set.house.owner);
  await page.setViewportSize({ width: 390, height: 240 });
  await reader.go(FEED);
  const second = await reader.context.newPage();
  await second.goto(FEED);
  await second.bringToFront();
  await page.bringToFront();
  const bar = page.getByRole("status").filter({ hasText: "show" });
  await page.evaluate(() => {
    scrollTo(0, 120);
    document.querySelector("main article h3 a, main article h2 a")?.focus({ preventScroll: true });
  });
  await page.waitForTimeout(1500);
  const before = await standing(page);
  assert.ok(before.scrolled > 0, "there is something to scroll");
  assert.equal(await bar.count(), 0, "nothing is new yet");

  await posts(set.house.member, "Sent while others read.");
  await bar.waitFor();
  assert.deepEqual(await standing(page), before, "nothing moved");
  assert.equal(await page.getByText("Sent while others read.").count(), 0, "nothing is shown unasked");
  const link = bar.getByRole("link");
  assert.match(await link.innerText(), /^(One new update|\d+ new updates): show$/);
  await accessible(page);
  assert.equal(await second.getByRole("status").filter({ hasText: "show" }).count(), 1, "and in the other window");

  await reader.follow(link);
  await page.getByText("Sent while others read.").first().waitFor();
  assert.equal(await bar.count(), 0);
  await reader.leave();
});

test("Without a script the feed is as it was, and a reload shows what is new", async () => {
  const reader = await set.arrive({ js: false });
  await reader.signIn(set.house.owner);
  await reader.go(FEED);
  assert.equal(await reader.page.locator(".news a").isVisible(), false);
  await posts(set.house.manager, "Sent while nobody listened.");
  await reader.go(FEED);
  await reader.page.getByText("Sent while nobody listened.").first().waitFor();
  await reader.leave();
});
