// The first hour of an empty house: the token from the log, one page to fill in, the links to hand on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible } from "./support/axe.js";
import { stage } from "./support/stage.js";
import { fitsEverywhere } from "./support/visitor.js";

const set = stage("serve");

test("An empty house is set up on one page", async () => {
  const visitor = await set.arrive();
  const { page } = visitor;
  const well = async () => {
    await fitsEverywhere(page);
    await accessible(page);
  };
  await visitor.go("/setup");
  await well();
  const token = set.house.said().match(/\/setup\?token=(\S+)/)?.[1];
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
