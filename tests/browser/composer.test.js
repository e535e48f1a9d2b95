// The composer: from a digest to a posted update in three clicks, within 30 kB, with script and without; read in order by
// whoever can't see it; and no word lost while servers die, sessions end and two windows write at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support/demo.js";
import { toComposer } from "./support/kinds.js";
import { stage } from "./support/stage.js";
import { arrive, browse } from "./support/visitor.js";

/** What an update may cost after the first visit, in bytes on the wire. */
const BUDGET = 30_000;

let browser;
before(async () => { browser = await browse(); });
after(() => browser?.close());

const MEASURE = "Median surge-height error at 72 hours";

for (const js of [true, false]) {
  test(`From a digest to a posted update with one number, ${js ? "with" : "without"} JavaScript`, async (t) => {
    const house = await start();
    t.after(house.stop);
    const visitor = await arrive(browser, house, { js });
    const { page } = visitor;
    await visitor.signIn(house.member);
    await toComposer(visitor); // the first visit: style, font and script are there from now on
    const weight = await weigh(page);

    // Her digest leads to Today while an update is due; at other hours of her day it leads beside it, one click away.
    const link = await digestLink(visitor);
    weight.begin();
    let clicks = 1;
    await visitor.go(link);
    if (!link.startsWith("/o/saltmarsh/today")) {
      clicks += 1;
      await visitor.follow(page.getByRole("link", { name: "Today", exact: true }));
    }
    const row = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: MEASURE }) }).filter({ has: page.getByRole("textbox") });
    await page.getByLabel("What moved?").fill("The spring tide is out, and Mtwapa counts.");
    await row.getByRole("textbox").fill("20.3");
    if (clicks < 2) {
      clicks += 1;
      await row.locator(".seg").getByText("At risk").click();
    }
    clicks += 1;
    await visitor.follow(page.getByRole("button", { name: "Post update" }));
    await page.getByText("That’s your update done.").waitFor();
    assert.ok(clicks <= 3, `${clicks} clicks`);
    assert.match(await page.locator(".moved").first().innerText(), /20\.3 cm/);
    const bytes = weight.end();
    console.log(`${js ? "with" : "without"} JavaScript: ${clicks} clicks, ${bytes} bytes`);
    assert.ok(bytes <= BUDGET, `${bytes} bytes`);
    await visitor.leave();
  });
}

/** Where the digest that came last leads: to Today, if an update was due that day. */
async function digestLink(visitor) {
  const { page } = visitor;
  await visitor.go("/sent-mail");
  await visitor.follow(page.getByRole("listitem").filter({ hasText: /digest/i }).first().getByRole("link"));
  const letter = await page.request.get(`${page.url()}/text`);
  const links = [...(await letter.text()).matchAll(/https?:\/\/[^\s)>]+\/o\/saltmarsh\/[^\s)>]*/g)].map(([it]) => new URL(it));
  assert.ok(links.length > 0, "the digest leads somewhere");
  const best = links.find((it) => it.pathname.endsWith("/today")) ?? links[0];
  return best.pathname + best.search;
}

/** Counts what comes over the wire. */
async function weigh(page) {
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  let bytes = 0;
  wire.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  return { begin: () => { bytes = 0; }, end: () => bytes };
}

const set = stage();

/** Runs a visit of the demo's member, signed in. */
const visit = (name, body) => test(name, async () => {
  const visitor = await set.arrive();
  await visitor.signIn(set.house.member);
  await toComposer(visitor);
  await body(visitor, visitor.page);
  await visitor.leave();
});

for (const js of [true, false]) {
  test(`Whoever hears the form hears it in order, each thing with its name, ${js ? "with" : "without"} JavaScript`, async () => {
    const visitor = await set.arrive({ js });
    await visitor.signIn(set.house.member);
    await toComposer(visitor);
    await hear(visitor.page);
    await visitor.leave();
  });
}

/** Reads the form as a screen reader does. */
async function hear(page) {
  const heard = await page.locator("form#form").ariaSnapshot();
  const order = ["What moved?", "What is next?", "Is anything in your way?", "How does your week feel?", "Your key results", `New value for ${MEASURE}`, `Confidence: ${MEASURE}`, "Post update", "Keep as draft", "Preview", "I’m away today", "Let it go out later"];
  let from = 0;
  for (const words of order) {
    const at = heard.indexOf(words, from);
    assert.ok(at >= 0, `“${words}” is not where it should be:\n${heard}`);
    from = at + words.length;
  }
  for (const unnamed of [/- textbox\s*$/m, /- button\s*$/m, /- radio\s*$/m]) assert.doesNotMatch(heard, unnamed);
}

visit("Marks of Markdown come and go by button and by key, and can be undone", async (visitor, page) => {
  const field = page.getByLabel("What is next?");
  await field.fill("spring tide");
  await field.selectText();
  await page.locator(".q", { has: field }).getByRole("button", { name: "Bold", includeHidden: true }).click();
  assert.equal(await field.inputValue(), "**spring tide**");
  await page.keyboard.press("Control+b");
  assert.equal(await field.inputValue(), "spring tide");
  await page.keyboard.press("Control+i");
  assert.equal(await field.inputValue(), "*spring tide*");
  await page.keyboard.press("Control+z");
  assert.equal(await field.inputValue(), "spring tide");
  await field.selectText();
  await page.keyboard.press("Control+k");
  assert.equal(await field.inputValue(), "[spring tide](https://)");
});

visit("A line that is carried on stands in the plan at once, and goes again", async (visitor, page) => {
  const fates = page.locator(".fates fieldset").first();
  const plan = page.getByLabel("What is next?");
  await plan.fill("");
  await fates.getByText("Carried on").click();
  const carried = await plan.inputValue();
  assert.match(carried, /^- \S/);
  await fates.getByText("Done", { exact: true }).click();
  assert.equal(await plan.inputValue(), "");
});

test("Without JavaScript, Enter in a field keeps a draft and posts nothing", async () => {
  const visitor = await set.arrive({ js: false });
  const { page } = visitor;
  await visitor.signIn(set.house.member);
  for (const label of [`New value for ${MEASURE}`, /^Time/]) {
    await toComposer(visitor);
    await page.getByLabel("What moved?").fill(`Enter in ${label}.`);
    if (label instanceof RegExp) await page.getByText("Let it go out later").first().click();
    await visitor.follow({ click: () => page.getByLabel(label).press("Enter") });
    await page.getByText("Your draft is kept.").waitFor();
    assert.equal(await page.getByLabel("What moved?").inputValue(), `Enter in ${label}.`);
  }
  await visitor.leave();
});

test("The server is killed while somebody types, and again as they post: no word is lost", async (t) => {
  const house = await start();
  t.after(house.stop);
  const visitor = await arrive(browser, house);
  const { page } = visitor;
  const moved = page.getByLabel("What moved?"), next = page.getByLabel("What is next?");
  await visitor.signIn(house.member);
  await toComposer(visitor);
  await moved.fill("Before the kill.");
  await page.getByText(/^Saved at/).waitFor();
  await house.kill();
  await next.fill("Typed while nobody was there.");
  await page.getByText("Not saved: no connection.").waitFor();
  await house.again();
  await page.getByText(/^Saved at/).waitFor(); // by itself
  await page.reload();
  assert.equal(await moved.inputValue(), "Before the kill.");
  assert.equal(await next.inputValue(), "Typed while nobody was there.");

  await house.kill();
  await next.fill("Typed, and sent to nobody.");
  await page.getByRole("button", { name: "Post update" }).click();
  await page.waitForURL(/chrome-error/);
  await house.again();
  await page.goBack();
  await next.waitFor();
  assert.equal(await next.inputValue(), "Typed, and sent to nobody.");
  assert.equal(await moved.inputValue(), "Before the kill.");
  await visitor.follow(page.getByRole("button", { name: "Post update" }));
  await page.getByText("Typed, and sent to nobody.").first().waitFor();
  await visitor.context.close(); // the browser complains of what was not there
});

test("Without a connection it says so, and saves when there is one again", async () => {
  const visitor = await set.arrive();
  const { page } = visitor;
  await visitor.signIn(set.house.member);
  await toComposer(visitor);
  const status = page.locator("[data-autosave-status]");
  await page.context().setOffline(true);
  await page.getByLabel("What is next?").fill("Written in a tunnel.");
  await status.getByText("Not saved: no connection.").waitFor();
  await page.context().setOffline(false);
  await status.getByText(/^Saved at \d\d:\d\d\.$/).waitFor();
  await page.reload();
  assert.equal(await page.getByLabel("What is next?").inputValue(), "Written in a tunnel.");
  await visitor.context.close(); // the browser complains of the tunnel by itself
});

test("Two windows at once: both texts are kept, and the page says so", async () => {
  const [desk, phone] = [await set.arrive(), await set.arrive({ width: 390 })];
  for (const visitor of [desk, phone]) {
    await visitor.signIn(set.house.member);
    await toComposer(visitor);
  }
  await desk.page.getByLabel("What is next?").fill("From the desk.");
  await desk.page.getByText(/^Saved at \d\d:\d\d\.$/).waitFor();
  await phone.page.getByLabel("What is next?").fill("From the phone.");
  await phone.page.getByText(/beside what another window wrote/).waitFor();
  await desk.page.reload();
  assert.equal(await desk.page.getByLabel("What is next?").inputValue(), "From the desk.");
  assert.equal(await desk.page.locator(".held dd").first().innerText(), "From the phone.");
  await desk.follow(desk.page.getByRole("button", { name: "Put this in the form" }).first());
  assert.equal(await desk.page.getByLabel("What is next?").inputValue(), "From the phone.");
  assert.equal(await desk.page.locator(".held dd").first().innerText(), "From the desk.");
  await desk.leave();
  // The answer that tells of the other window is a 409, of which the browser complains by itself.
  await phone.context.close();
});

test("The session ends while somebody writes: they sign in where they are, and their words come along", async () => {
  const visitor = await set.arrive();
  const { page } = visitor;
  await visitor.signIn(set.house.member);
  await toComposer(visitor);
  await page.getByLabel("What moved?").fill("Kept through the door.");
  await page.getByText(/^Saved at/).waitFor();
  await visitor.context.clearCookies();
  await page.getByLabel("What is next?").fill("And this, typed after it had ended.");
  await page.getByText("Not saved: you are signed out.").waitFor();
  await visitor.follow(page.getByRole("button", { name: "Post update" }), { status: 401 });
  await page.getByLabel("Email").fill(set.house.member.email);
  await page.getByLabel("Password").fill(set.house.member.password);
  await visitor.follow(page.getByRole("button", { name: "Sign in" }));
  await visitor.follow(page.getByRole("button", { name: "Send it now" }));
  await page.getByText("And this, typed after it had ended.").first().waitFor();
  await page.getByText("Kept through the door.").first().waitFor();
  await visitor.context.close();
});
