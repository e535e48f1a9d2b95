// The whole path, as two people of the demo walk it: a member posts an update with a new number and sees everything
// move; the manager finds what is in trouble, and follows a link out of the digest. With JavaScript and without,
// on a desk and on a phone. Each walk has a demo of its own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support/demo.js";
import { arrive, atTheDoor, browse } from "./support/visitor.js";

const MEASURE = "Median surge-height error at 72 hours";
const OBJECTIVE = "The model is right when it matters";
const NEW_VALUE = "20.3";

/** Figures move within so many milliseconds of a check-in. */
const SOON = 2_000;

let browser;
before(async () => { browser = await browse(); });
after(() => browser?.close());

for (const js of [true, false]) {
  for (const width of [1280, 390]) {
    test(`The walk, ${width} px wide, ${js ? "with" : "without"} JavaScript`, async (t) => {
      const house = await start();
      t.after(house.stop);
      const visitor = await arrive(browser, house, { width, js });
      await visitor.signIn(house.member);
      await postAnUpdate(visitor);
      await visitor.signOut();
      await visitor.signIn(house.manager);
      await findTheTrouble(visitor);
      await visitor.signOut();
      await followTheDigest(visitor);
      await visitor.leave();
    });
  }
}

async function postAnUpdate(visitor) {
  const { page } = visitor;
  const old = await figures(visitor);

  await visitor.go("/o/saltmarsh/today");
  // On a weekend nothing is due, and the page offers to write all the same
  const anyway = page.getByRole("link", { name: "you can write now" });
  if (await anyway.count()) await visitor.follow(anyway);
  await page.getByLabel("What moved?").fill("The spring tide is out, and Mtwapa counts.");
  await page.getByLabel("What is next?").fill("The Tana, with patience.");
  const row = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: MEASURE }) }).filter({ has: page.getByRole("textbox") });
  await row.getByRole("textbox").fill(NEW_VALUE);
  await row.getByText("At risk", { exact: true }).click();
  await visitor.follow(page.getByRole("button", { name: "Post update" }));
  const posted = Date.now();
  await page.getByRole("status").first().waitFor();
  await page.getByText("The spring tide is out, and Mtwapa counts.").first().waitFor();

  // Whoever looks later than that sees all of it
  let now, looked;
  do {
    looked = Date.now();
    now = await figures(visitor);
  } while (!moved(old, now) && looked - posted < SOON);
  assert.match(now.value, new RegExp(`^${NEW_VALUE} cm`), "the key result has its new value");
  assert.match(now.inTree, new RegExp(`^${NEW_VALUE} cm At risk`), "so has its row in the tree, with the new word");
  for (const name of Object.keys(old)) assert.notEqual(now[name], old[name], `${name} has moved`);
}

const moved = (old, now) => Object.keys(old).every((name) => old[name] !== now[name]);

/** Everything that a new number moves, as the pages show it. */
async function figures(visitor) {
  const { page } = visitor;
  const words = async (thing) => (await thing.innerText()).replaceAll(/\s+/g, " ").trim();
  const figures = {};

  await visitor.go("/o/saltmarsh/okrs");
  const objective = page.locator("li", { has: page.locator(":scope > a", { hasText: OBJECTIVE }) });
  const row = page.locator("li.kr").filter({ hasText: MEASURE });
  figures.inTree = `${await words(row.locator(".nw"))} ${await words(row.locator(".conf"))}`;
  figures.objectiveInTree = await words(objective.locator(":scope > details > summary"));

  await visitor.follow(page.getByRole("link", { name: OBJECTIVE }));
  figures.objective = await words(page.locator("aside .big"));

  await visitor.follow(page.getByRole("link", { name: MEASURE }).first());
  figures.value = await words(page.locator(".big"));
  const chart = page.locator("svg.chart");
  assert.ok((await chart.boundingBox()).height > 100, "the chart is drawn");
  figures.line = await chart.locator("polyline.real").getAttribute("points");
  figures.chartInWords = await chart.locator("desc").textContent();

  await visitor.go("/o/saltmarsh/review");
  figures.thisWeek = await page.getByRole("row", { name: MEASURE }).locator("td.wk").last().innerText();
  return figures;
}

async function findTheTrouble(visitor) {
  const { page } = visitor;
  await visitor.follow(page.getByRole("link", { name: "Review", exact: true }));
  const trouble = page.getByRole("region", { name: "Needs a look" });
  const queue = trouble.getByRole("listitem");
  const [first, second] = [await queue.nth(0).innerText(), await queue.nth(1).innerText()];
  for (const [item, signs] of [[first, [/Sensor-days lost to fouling/, /Off track/, /blocked/]], [second, [/Sensors on self-calibrating firmware/, /No owner/, /Stale/]]]) {
    for (const sign of signs) assert.match(item, sign);
  }
  // It is helped where it stands
  await queue.nth(1).getByLabel(/^Owner/).selectOption({ label: "Otieno Odhiambo" });
  await visitor.follow(queue.nth(1).getByRole("button", { name: /^Choose an owner/ }));
  assert.match(await page.getByRole("status").first().innerText(), /It is theirs now/);
  assert.doesNotMatch(await trouble.innerText(), /No owner/);
}

async function followTheDigest(visitor) {
  const { page, context, house } = visitor;
  const digest = page.getByRole("listitem").filter({ hasText: house.manager.email }).filter({ hasText: /digest/i });
  await visitor.go(house.sentMail);
  await visitor.follow(digest.first().getByRole("link"));
  const letter = page.frameLocator("iframe.letter");
  assert.match(await letter.locator("h1").innerText(), /\S/, "the digest can be read");

  // Its links open beside the letter, and lead through the door to the page
  const opened = context.waitForEvent("page");
  const link = letter.locator(`a[href^="${house.address}/o/saltmarsh/"]`).first();
  const target = new URL(await link.getAttribute("href"));
  await link.click();
  const tab = await opened;
  await tab.waitForURL(atTheDoor);
  await visitor.enter(house.manager, tab);
  assert.equal(new URL(tab.url()).pathname, target.pathname, "signed in, and on to the page");
}
