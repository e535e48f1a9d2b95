// The first hour of an empty house: the token from the log, one page to fill in, the links to hand on.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible } from "./support/axe.js";
import { start } from "./support/demo.js";
import { arrive, browse, fitsEverywhere } from "./support/visitor.js";

let browser, house;
before(async () => { [browser, house] = await Promise.all([browse(), start("serve")]); });
after(async () => { await browser?.close(); await house?.stop(); });

test("An empty house is set up on one page", async () => {
  const visitor = await arrive(browser, house);
  const { page } = visitor;
  const well = async () => {
    await fitsEverywhere(page);
    await accessible(page);
  };
  await visitor.go("/setup");
  await well();
  const token = house.said().match(/\/setup\?token=(\S+)/)?.[1];
  assert.ok(token, "the log says where to begin");
  await page.getByLabel("Token").fill(token);
  await visitor.follow(page.getByRole("button"));
  await well();

  await page.getByLabel("Name", { exact: true }).fill("Tidewater");
  await page.getByLabel("Your name").fill("Maren Holm");
  await page.getByLabel("Your email").fill("maren@tidewater.example");
  await page.getByLabel("Password").fill("the sea is patient");
  await page.getByLabel("Team name").fill("Harbour");
  await page.locator("#invite").fill("jonas@tidewater.example");
  await visitor.follow(page.locator("main form button[type=submit]"));
  await page.getByText("/invitations/").waitFor();
  await well();

  await visitor.follow(page.getByRole("link", { name: "Today" }).last());
  assert.equal(new URL(page.url()).pathname, "/o/tidewater/today");
  await well();
  await visitor.leave();
});
