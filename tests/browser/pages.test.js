// Every kind of page, looked at once: axe finds nothing, light or dark; the page fits a phone; the browser is content.

import { after, before, test } from "node:test";
import { WCAG, accessible } from "./support/axe.js";
import { start } from "./support/demo.js";
import { kinds, letters } from "./support/kinds.js";
import { arrive, browse, fitsEverywhere } from "./support/visitor.js";

let browser, house;
before(async () => { [browser, house] = await Promise.all([browse(), start()]); });
after(async () => { await browser?.close(); await house?.stop(); });

for (const [who, pages] of Object.entries(kinds)) visit(`Pages for ${who}`, who, pages);
visit("Letters", "visitor", letters, WCAG);

function visit(title, who, pages, rules) {
  test(title, async (t) => {
    const visitor = await arrive(browser, house);
    if (house[who]) await visitor.signIn(house[who]);
    for (const [name, open] of Object.entries(pages)) {
      await t.test(name, async () => {
        await open(visitor);
        await fitsEverywhere(visitor.page);
        await accessible(visitor.page, rules);
      });
    }
    await visitor.leave();
  });
}
