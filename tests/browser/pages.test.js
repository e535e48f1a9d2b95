// Every kind of page, looked at once: axe finds nothing, light or dark; the page fits a phone; the browser is content.

import { test } from "node:test";
import { WCAG, accessible } from "./support/axe.js";
import { kinds, letters } from "./support/kinds.js";
import { stage } from "./support/stage.js";
import { fitsEverywhere } from "./support/visitor.js";

const set = stage();

for (const [who, pages] of Object.entries(kinds)) visit(`Pages for ${who}`, who, pages);
visit("Letters", "visitor", letters, WCAG);

function visit(title, who, pages, rules) {
  test(title, async (t) => {
    const visitor = await set.arrive();
    if (set.house[who]) await visitor.signIn(set.house[who]);
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
