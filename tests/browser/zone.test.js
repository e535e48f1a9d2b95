// The demo's member lands in Auckland: the browser's question, what changes said before it does, nothing doubled after.

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible } from "./support/axe.js";
import { stage } from "./support/stage.js";
import { fitsEverywhere } from "./support/visitor.js";

const QUESTION = "Your browser is on Auckland’s clock. Moved or travelling?";

const set = stage();
const question = (visitor) => visitor.page.getByRole("complementary", { name: QUESTION });

test("From Lisbon to Auckland, on a day with an update", async () => {
  const visitor = await set.arrive({ zone: "Pacific/Auckland" });
  const { page } = visitor;
  await visitor.signIn(set.house.member);
  const asked = await form(visitor);
  const strip = await page.locator("header .dayline, .dayline").first().innerHTML();
  const clock = await page.locator("header time[data-clock] b").innerText();

  // The browser's clock is another than the page's: a quiet question, and only that
  await question(visitor).waitFor();
  await accessible(page);
  await fitsEverywhere(page);

  // What will change is said before anything does
  await visitor.follow(question(visitor).getByRole("link"));
  assert.match(page.url(), /\/me\/zone\?zone=Pacific%2FAuckland$/);
  assert.equal(await page.getByLabel("Time zone").inputValue(), "Pacific/Auckland");
  const told = await page.getByRole("region", { name: "On Auckland’s clock" }).getByRole("listitem").allInnerTexts();
  assert.ok(told.some((sentence) => /^From .* on, your windows follow Auckland’s clock\./.test(sentence)), told.join("\n"));
  await accessible(page);
  await fitsEverywhere(page);
  await visitor.follow(page.getByRole("button", { name: "Set this clock" }));
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "You are on Auckland’s clock.");
  const after = await page.getByRole("region", { name: "What you are asked next" }).getByRole("listitem").allInnerTexts();
  assert.deepEqual(after, told, "and it came to pass");

  // The strip of the day has moved, the question is gone, and no update is asked for twice
  assert.notEqual(await page.locator(".dayline").first().innerHTML(), strip);
  assert.notEqual(await page.locator("header time[data-clock] b").innerText(), clock);
  const moved = await form(visitor);
  assert.equal(await question(visitor).count(), 0);
  if (asked.open) assert.equal(moved.date, asked.date, "the window that was open is the one that is written for");
  assert.equal(new Set(moved.others).size, moved.others.length, "nothing is asked for twice");
  assert.ok(!moved.others.some((other) => other.includes(`day=${moved.date}`)), "and today's only once");
  await visitor.leave();
});

test("Whoever stays on their clock is not asked again for that zone", async () => {
  const visitor = await set.arrive({ zone: "Asia/Tokyo" });
  const { page } = visitor;
  await visitor.signIn(set.house.manager);
  await visitor.go("/o/saltmarsh/teams");
  const stay = page.getByRole("button", { name: /^Stay on .*’s clock$/ });
  await stay.waitFor();
  await stay.click();
  await stay.waitFor({ state: "hidden" });
  await visitor.go("/o/saltmarsh/okrs");
  assert.equal(await page.locator("[data-zone]:visible").count(), 0);
  await visitor.leave();
});

/** What Today asks: the date of the form, whether its window is open, the other dates it offers beside it. */
async function form(visitor) {
  await visitor.go("/o/saltmarsh/today");
  const anyway = visitor.page.getByRole("link", { name: "you can write now" });
  if (await anyway.count()) await visitor.follow(anyway);
  const date = await visitor.page.locator("input[name=local_date]").inputValue();
  const lede = await visitor.page.locator(".lede").innerText();
  const links = await visitor.page.locator("main a[href*='day=']").evaluateAll((all) => all.filter((one) => !one.closest("aside")).map((one) => one.getAttribute("href")));
  return { date, open: /open until/.test(lede), others: links.filter((href) => href.includes("/today?")) };
}
