// A visitor: a window of some width, with JavaScript or without, who signs in, goes to pages, and minds what is wrong with them.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** The narrowest screen that pages must fit: 320 px is a page of 1280 px at 400 % (WCAG 2.2, 1.4.10). */
const NARROWEST = 320;

/** Starts Chromium with a fresh profile. */
export function browse() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: QUIET });
}

/**
 * Opens a window: `width` in px, `js` on or off, `zone` as the machine's clock has it.
 * Whatever the browser complains about on any of its pages is raised by `leave()`.
 */
export async function arrive(browser, house, { width = 1280, js = true, zone = "Europe/Lisbon" } = {}) {
  const context = await browser.newContext({
    baseURL: house.address,
    viewport: { width, height: 900 },
    javaScriptEnabled: js,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: zone,
  });
  context.setDefaultTimeout(15_000);
  return new Visitor(context, await context.newPage(), house);
}

/** Whether an address is the sign-in page's. */
export const atTheDoor = (url) => url.pathname === "/sign-in";

class Visitor {
  /** What the browser complained about: where, and in which words. */
  #complaints = [];
  /** Pages that were meant to answer with an error, and did. */
  #refused = new Set();

  constructor(context, page, house) {
    Object.assign(this, { context, page, house });
    // Violations of the content security policy are said here too, with JavaScript or without
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#complaints.push({ url: message.location().url, words: message.text() });
    });
    context.on("weberror", (error) => this.#complaints.push({ url: error.page()?.url(), words: String(error.error()) }));
  }

  /** Goes to a page and looks at it. `status` is how it is meant to answer. */
  async go(path, { status = 200 } = {}) {
    const answer = await this.page.goto(path);
    await this.#judge(answer, status);
  }

  /** Clicks a thing that leads to another page, and looks at that. */
  async follow(thing, { status = 200 } = {}) {
    const answered = this.page.waitForResponse((it) => isPage(it, this.page) && !isRedirect(it));
    const arrived = this.page.waitForEvent("framenavigated", (frame) => frame === this.page.mainFrame());
    await thing.click();
    const answer = await answered;
    await arrived;
    await this.page.waitForLoadState();
    await this.#judge(answer, status);
  }

  async #judge(answer, status) {
    assert.equal(answer.status(), status, `${answer.url()} answered ${answer.status()}`);
    if (status >= 400) this.#refused.add(answer.url());
    await this.look();
  }

  /** What holds for every page: one heading of the first rank, a title, nothing to scroll sideways for. */
  async look(page = this.page) {
    const at = new URL(page.url()).pathname;
    assert.equal(await page.locator("h1").count(), 1, `${at} has one h1`);
    assert.match(await page.title(), /\S/, `${at} has a title`);
    await fits(page);
  }

  async signIn({ email, password }) {
    await this.go("/sign-in");
    await this.enter({ email, password });
  }

  /** Fills in the sign-in form of the page that is open. */
  async enter({ email, password }, page = this.page) {
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((url) => !atTheDoor(url));
    await this.look(page);
  }

  async signOut() {
    await this.page.locator("header details.menu summary").click();
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.page.waitForURL(atTheDoor);
    await this.look();
  }

  async leave() {
    await this.context.close();
    const meant = ({ url, words }) => this.#refused.has(url) && words.startsWith("Failed to load resource");
    assert.deepEqual(this.#complaints.filter((it) => !meant(it)), [], "the browser has nothing to complain about");
  }
}

const isPage = (response, page) => response.request().isNavigationRequest() && response.frame() === page.mainFrame();
const isRedirect = (response) => response.status() >= 300 && response.status() < 400;

/** A page never scrolls sideways, at this width or at any other. */
async function fits(page) {
  const at = new URL(page.url()).pathname;
  const { wide, screen } = await page.evaluate(() => ({ wide: document.scrollingElement.scrollWidth, screen: innerWidth }));
  assert.ok(wide <= screen, `${at} is ${wide} px wide on a screen of ${screen} px`);
}

/** Tries a page on the screens of a phone, and of the smallest one, and gives it its own width back. */
export async function fitsEverywhere(page) {
  const size = page.viewportSize();
  for (const width of [390, NARROWEST]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
  }
  await page.setViewportSize(size);
}
