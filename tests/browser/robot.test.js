// A robot with a browser, as some mail scanners have: it opens every link of every mail and lets all scripts of the pages run.
// It asks for pages and nothing else, it gains no session, and what it opened works for the person after it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { stage } from "./support/stage.js";
import { atTheDoor } from "./support/visitor.js";

const set = stage();

/** How long scripts may run on each page. */
const LINGER = 150;

test("Scripts on the pages that mails lead to press nothing, and people come after", async () => {
  const owner = await set.arrive();
  await owner.signIn(set.house.owner);
  await write(owner);
  const links = await linksOfAllMails(owner);
  await owner.leave();
  for (const kind of ["/o/saltmarsh/", "/u/", "/invitations/", "/reset/"]) {
    assert.ok([...links].some((link) => link.startsWith(kind)), `a mail leads to ${kind}`);
  }

  const robot = await set.arrive();
  const asked = [];
  robot.page.on("request", (request) => { asked.push([request.method(), new URL(request.url()).pathname]); });
  for (const link of links) {
    await robot.go(link);
    await sleep(LINGER);
  }
  await robot.page.mouse.move(200, 200);
  assert.deepEqual(asked.filter(([method]) => method !== "GET"), [], "it changed something");
  const cookies = (await robot.context.cookies()).map(({ name }) => name);
  assert.ok(!cookies.some((name) => name.includes("sid")), `it was signed in: ${cookies}`);
  console.log(`${links.size} links opened, ${asked.length} things asked for, none but by GET`);
  await robot.leave();

  // The owner sets a new password by the link that the robot opened, and the other way in is gone.
  const person = await set.arrive();
  await person.go([...links].find((link) => link.startsWith("/reset/")));
  await person.page.getByLabel("New password").fill("eleven curlews before the ebb");
  await person.follow(person.page.getByRole("button", { name: /password/i }));
  await person.go("/sign-in");
  await person.enter({ email: set.house.owner.email, password: "eleven curlews before the ebb" });
  assert.ok(!atTheDoor(new URL(person.page.url())));
  await person.leave();
});

/** Has an invitation and a link to a new password written. */
async function write(owner) {
  const { page } = owner;
  await owner.go("/o/saltmarsh/settings/teams/forecast");
  await page.getByLabel("Email").fill("robot@saltmarsh.example");
  await owner.follow(page.getByRole("button", { name: "Invite" }));
  const stranger = await set.arrive();
  await stranger.go("/reset");
  await stranger.page.getByLabel("Email").fill(set.house.owner.email);
  await stranger.follow(stranger.page.getByRole("button", { name: "Email me a link" }));
  await stranger.leave();
}

/** All addresses in this house of all mails that left, from their text and their HTML. */
async function linksOfAllMails(owner) {
  const { page } = owner;
  const links = new Set();
  for (let tries = 0; tries < 50; tries += 1) {
    await owner.go("/sent-mail");
    const mails = await page.getByRole("main").getByRole("listitem").getByRole("link").evaluateAll((all) => all.map((it) => it.href));
    for (const mail of mails) {
      for (const part of ["text", "html"]) {
        const words = await (await page.request.get(`${mail}/${part}`)).text();
        for (const [link] of words.matchAll(/https?:\/\/[^\s"<>)]+/g)) {
          const { origin, pathname, search } = new URL(link.replaceAll("&amp;", "&"));
          if (origin === set.house.address) links.add(pathname + search);
        }
      }
    }
    if ([...links].some((link) => link.startsWith("/invitations/")) && [...links].some((link) => link.startsWith("/reset/"))) return links;
    await sleep(200);
  }
  assert.fail(`the mails lead to ${[...links].join(", ")}`);
}
