// The kinds of pages, by who sees them, and how to come to each. The order matters: the invitation that the manager
// sends is opened by a visitor later.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const TODAY = "/o/saltmarsh/today";
const OKRS = "/o/saltmarsh/okrs";
const FORECAST = "/o/saltmarsh/settings/teams/forecast";
const NEWCOMER = "lisbet@saltmarsh.example";

const link = (visitor, name) => visitor.page.getByRole("link", { name }).first();
const button = (visitor, name) => visitor.page.getByRole("button", { name, exact: true });

/** Straight to an address. */
const at = (path, answer) => (visitor) => visitor.go(path, answer);

/** From a page over a link of it. */
const over = (first, name) => async (visitor) => {
  await first(visitor);
  await visitor.follow(link(visitor, name));
};

/** A form with something in it that no form takes. */
const refused = (first, send, wrong = {}) => async (visitor) => {
  await first(visitor);
  await visitor.page.evaluate(() => { for (const form of document.forms) form.noValidate = true; });
  for (const [label, words] of Object.entries(wrong)) await visitor.page.getByLabel(label).first().fill(words);
  await visitor.follow(button(visitor, send), { status: 422 });
};

/** The form of today's update. Where nothing is due, as on a weekend, the page offers to write all the same. */
export async function toComposer(visitor) {
  await visitor.go(TODAY);
  const anyway = visitor.page.getByRole("link", { name: "you can write now" });
  if (await anyway.count()) await visitor.follow(anyway);
}

/** Today, once the update is written. */
async function toPosted(visitor) {
  await toComposer(visitor);
  const answer = visitor.page.getByLabel("What moved?");
  if (!(await answer.count())) return;
  await answer.fill("The spring tide is out.");
  await visitor.follow(button(visitor, "Post update"));
}

/** The newest update of a team. */
async function toUpdate(visitor) {
  await visitor.go("/o/saltmarsh/teams/forecast");
  for (let days = 0; days < 7 && !(await visitor.page.locator("article.post").count()); days += 1) {
    await visitor.follow(visitor.page.locator("a[rel=prev]"));
  }
  await visitor.follow(visitor.page.locator("article.post").first().getByRole("heading").getByRole("link"));
}

/** A reply with the first one of an update quoted in it; written first, where there is none. */
async function toQuote(visitor) {
  await toUpdate(visitor);
  if (!(await link(visitor, /^Quote/).count())) {
    await visitor.page.getByLabel("Your reply").last().fill("Thank you.");
    await visitor.follow(button(visitor, "Reply"));
  }
  const address = await link(visitor, /^Quote/).getAttribute("href");
  await visitor.go(address);
}

async function toInvited(visitor) {
  await visitor.go(FORECAST);
  await visitor.page.getByLabel("Email").fill(NEWCOMER);
  await visitor.follow(button(visitor, "Invite"));
}

async function toNewPassword(visitor) {
  await visitor.go("/reset");
  await visitor.page.getByLabel("Email").fill(visitor.house.owner.email);
  await visitor.follow(button(visitor, "Email me a link"));
}

/** The digests to somebody, in the demo's list of mails. */
const digestTo = (recipient) => new RegExp(`${recipient} · [^·]*digest`);

/** The newest mail to somebody, in the demo's list of them; it leaves a moment after its cause. */
async function toMail(visitor, recipient) {
  const mail = visitor.page.getByRole("listitem").filter({ hasText: recipient }).first();
  for (let tries = 0; tries < 50; tries += 1) {
    await visitor.go("/sent-mail");
    if (await mail.count()) return visitor.follow(mail.getByRole("link"));
    await sleep(200);
  }
  assert.fail(`no mail to ${recipient}`);
}

/** What a mail program shows of the newest mail to somebody. */
async function toLetter(visitor, recipient) {
  await toMail(visitor, recipient);
  const answer = await visitor.page.request.get(`${visitor.page.url()}/html`);
  await visitor.page.goto("about:blank"); // where our rules for content don't hold, as in a mail program
  await visitor.page.setContent(await answer.text());
  await visitor.look();
}

/** Where a link of the newest mail to somebody leads. */
async function whereMailLeads(visitor, recipient, path) {
  await toMail(visitor, recipient);
  const address = await visitor.page.frameLocator("iframe").locator(`a[href*="${path}"]`).first().getAttribute("href");
  await visitor.go(new URL(address).pathname);
}

const toObjective = over(at(OKRS), "The model is right when it matters");
const toKeyResult = over(at(OKRS), "Median surge-height error at 72 hours");
const toCycle = over(at(OKRS), /Q\d \d+$/);
const newObjective = over(at(OKRS), "New objective");

/** Everyone's clock, with an hour looked for. */
async function toHours(visitor) {
  await visitor.go("/o/saltmarsh/time?team=all");
  for (const name of ["Arjun", "Wanjiru"]) await visitor.page.getByRole("checkbox", { name, exact: true }).check({ force: true });
  await visitor.follow(button(visitor, "Show hours"));
}

/** A file with something to put right. */
async function toChecked(visitor) {
  await visitor.go("/o/saltmarsh/okrs/import");
  await visitor.page.getByLabel("Or its text").fill("Type,Title,Colour\nobjective,,red\nkey result,Towns,blue\n");
  await visitor.follow(button(visitor, "Look at it"));
}

/** Who → name of the page → how to come to it. */
export const kinds = {
  member: {
    "today": at(TODAY),
    "composer": toComposer,
    "composer, refused": refused(toComposer, "Post update", { "New value for": "a lot" }),
    "composer, previewed": async (visitor) => {
      await toComposer(visitor);
      await visitor.page.getByLabel("What moved?").fill("The **spring tide** is out.");
      await visitor.follow(button(visitor, "Preview"));
    },
    "moods of a team": at("/o/saltmarsh/teams/forecast/mood"),
    "keys": at("/o/saltmarsh/keys"),
    "today, posted": toPosted,
    "own update, to edit": over(toPosted, "Edit"),
    "updates of a team": over(at(TODAY), "Updates"),
    "updates of all": at("/o/saltmarsh/teams"),
    "updates of a week": at("/o/saltmarsh/teams/forecast?view=week"),
    "updates, narrowed": at("/o/saltmarsh/teams/forecast?view=week&blocked=1"),
    "updates, new": at("/o/saltmarsh/teams?view=new"),
    "update": toUpdate,
    "reply, refused": refused(toUpdate, "Reply"),
    "reply, quoted": toQuote,
    "question to somebody": over(toUpdate, "Ask somebody"),
    "question to somebody, refused": refused(over(toUpdate, "Ask somebody"), "Ask"),
    "check-in": over(toKeyResult, /^Reply/),
    "blockers of a team": at("/o/saltmarsh/teams/forecast/blockers"),
    "notices": at("/o/saltmarsh/notices"),
    "okrs": at(OKRS),
    "okrs, to put in order": over(at(OKRS), "Put in order"),
    "objective": toObjective,
    "objective, to serve another": over(toObjective, "Serve something else"),
    "objective, to edit": over(toObjective, "Edit this objective"),
    "new objective": newObjective,
    "new objective, refused": refused(newObjective, "Add objective"),
    "key result": toKeyResult,
    "key result, to correct": over(toKeyResult, /^Correct/),
    "key result, to edit": over(toKeyResult, "Edit this key result"),
    "new key result": over(toObjective, "Add key result"),
    "cycle": toCycle,
    "cycle, its closing": over(toCycle, "How it will close"),
    "cycle, its record": over(over(toCycle, "How it will close"), "Record to print"),
    "grades of an objective": async (visitor) => {
      await toObjective(visitor);
      await visitor.go(`${new URL(visitor.page.url()).pathname}/grades`);
    },
    "objective, to carry over": async (visitor) => {
      await toObjective(visitor);
      await visitor.go(`${new URL(visitor.page.url()).pathname}/carry`);
    },
    "decisions": over(at(TODAY), "Decisions"),
    "decisions, narrowed": at("/o/saltmarsh/decisions?state=unsettled&from=2020-01-01"),
    "decisions, none like that": at("/o/saltmarsh/decisions?q=otters"),
    "decision, asked about": over(over(at("/o/saltmarsh/decisions"), "Copper mesh"), "Ask somebody"),
    "decision, open": over(at("/o/saltmarsh/decisions"), "Stop publishing"),
    "decision, made": over(at("/o/saltmarsh/decisions"), "Copper mesh"),
    "decision, refused": refused(over(at("/o/saltmarsh/decisions"), "Stop publishing"), "Give my view"),
    "decision, to change": over(over(at("/o/saltmarsh/decisions"), "Stop publishing"), "Change what is asked"),
    "new decision": at("/o/saltmarsh/decisions/new"),
    "reviews without a meeting": at("/o/saltmarsh/reviews"),
    "new review": at("/o/saltmarsh/teams/forecast/reviews/new"),
    "review without a meeting": over(at("/o/saltmarsh/reviews"), "Forecast: review"),
    "review without a meeting, refused": refused(over(at("/o/saltmarsh/reviews"), "Forecast: review"), "That is all I have to say"),
    "new decision, refused": refused(at("/o/saltmarsh/decisions/new"), "Ask them"),
    "everyone's clock": over(at(TODAY), "Everyone’s clock"),
    "everyone's clock, an hour for several": toHours,
    "everyone's clock, a team": at("/o/saltmarsh/time?team=field"),
    "review": at("/o/saltmarsh/review"),
    "review, as anybody": at("/o/saltmarsh/review?team=all"),
    "search": over(at(TODAY), "Search"),
    "search, found": at("/o/saltmarsh/search?q=mesh"),
    "search, nothing found": at("/o/saltmarsh/search?q=customms&team=forecast"),
    "search, refused": at("/o/saltmarsh/search?q=mesh&from=2026-11-20&until=2026-11-19", { status: 422 }),
    "my journal": at("/o/saltmarsh/me/journal"),
    "my settings": at("/o/saltmarsh/me"),
    "my digest": at("/o/saltmarsh/me/digest"),
    "my messages": at("/o/saltmarsh/me/messages"),
    "my clock": at("/o/saltmarsh/me/zone"),
    "my clock, as it would be": at("/o/saltmarsh/me/zone?zone=Pacific/Auckland&stay=travelling&until=2999-01-01", { status: 422 }),
    "my settings, refused": refused(at("/o/saltmarsh/me"), "Save", { "Name": "" }),
    "days away, refused": refused(at("/o/saltmarsh/me"), "Add these days"),
    "security": at("/me/security"),
    "team settings": at(FORECAST),
    "standup settings": over(at(FORECAST), "Change"),
    "standup settings, seen as a member": async (visitor) => {
      await over(at(FORECAST), "Change")(visitor);
      await visitor.follow(button(visitor, "Preview"));
    },
    "new standup": over(at(FORECAST), "Add a standup"),
    "new standup, refused": refused(over(at(FORECAST), "Add a standup"), "Save"),
    "chats of a team": over(at(FORECAST), "Chats it goes to"),
    "new chat": at(`${FORECAST}/channels/new`),
    "new chat, refused": refused(at(`${FORECAST}/channels/new`), "Add a chat", { "Webhook address": "http://chat.example/x" }),
    "a chat": over(at(`${FORECAST}/channels`), /^Change/),
    "nothing here": at("/o/saltmarsh/nothing", { status: 404 }),
  },
  manager: {
    "review": at("/o/saltmarsh/review"),
    "review, narrowed": at("/o/saltmarsh/review?status=at_risk"),
    "review, something to do": async (visitor) => {
      await visitor.go("/o/saltmarsh/review");
      await visitor.page.getByText("Do something about it").first().click();
    },
    "review, something refused": async (visitor) => {
      await visitor.go("/o/saltmarsh/review");
      await visitor.page.getByText("Do something about it").first().click();
      await visitor.follow(visitor.page.getByRole("button", { name: /^Comment/ }).first(), { status: 422 });
    },
    "review, given to nobody": async (visitor) => {
      await visitor.go("/o/saltmarsh/review");
      await visitor.page.evaluate(() => { for (const form of document.forms) form.noValidate = true; });
      await visitor.follow(visitor.page.getByRole("button", { name: /^Choose an owner/ }).first(), { status: 422 });
    },
    "review, what needed a look": over(at("/o/saltmarsh/review"), "What needed a look before"),
    "review, a step": at("/o/saltmarsh/review/steps"),
    "review, its summary": async (visitor) => {
      await visitor.go("/o/saltmarsh/review/steps");
      await visitor.follow(button(visitor, "Save and next"));
      await visitor.go("/o/saltmarsh/review/summary");
    },
    "report of a cycle": over(at("/o/saltmarsh/review"), "Report of the cycle"),
    "people": at("/o/saltmarsh/settings/people"),
    "clockwork": at("/o/saltmarsh/settings/clockwork"),
    "mail": at("/o/saltmarsh/settings/mail"),
    "public holidays": at("/o/saltmarsh/settings/holidays"),
    "public holidays, refused": refused(at("/o/saltmarsh/settings/holidays"), "Import"),
    "team settings, invited": toInvited,
    "import": over(at(OKRS), "Import from a file"),
    "import, refused": refused(at("/o/saltmarsh/okrs/import"), "Look at it"),
    "import, to put right": toChecked,
    "a table of objectives": at("/o/saltmarsh/okrs/table"),
    "new cycle": at("/o/saltmarsh/cycles/new"),
    "new cycle, six weeks of a team": at("/o/saltmarsh/cycles/new?length=six-weeks&team=forecast"),
    "cycle, for admins": toCycle,
    "cycle, to edit": over(toCycle, "Edit this cycle"),
  },
  visitor: {
    "sign-in": at("/sign-in"),
    "sign-in, refused": refused(at("/sign-in"), "Sign in"),
    "forgotten password": at("/reset"),
    "new password, asked": toNewPassword,
    "new password": (visitor) => whereMailLeads(visitor, visitor.house.owner.email, "/reset/"),
    "a dead link": at("/reset/none", { status: 410 }),
    "an invitation": (visitor) => whereMailLeads(visitor, NEWCOMER, "/invitations/"),
    "a dead invitation": at("/invitations/none", { status: 404 }),
    "nothing here": at("/o/elsewhere", { status: 404 }),
    "sent mail": at("/sent-mail"),
    "a mail": (visitor) => toMail(visitor, NEWCOMER),
    "a digest": (visitor) => toMail(visitor, digestTo(visitor.house.manager.email)),
    "digests, to stop": (visitor) => whereMailLeads(visitor, digestTo(visitor.house.manager.email), "/u/"),
  },
};

/** Mails by themselves. They stand inside the page of a mail program, which has the landmarks. */
export const letters = {
  "invitation": (visitor) => toLetter(visitor, NEWCOMER),
  "digest": (visitor) => toLetter(visitor, digestTo(visitor.house.manager.email)),
  "notices": (visitor) => toLetter(visitor, /· Notices ·/),
};
