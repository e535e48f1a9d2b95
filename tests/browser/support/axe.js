// What axe says about a page, light and dark.

import assert from "node:assert/strict";
import axe from "axe-core";

/** The rules of WCAG 2.2 AA, and with axe's own those for a page of ours. */
export const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const ALL = [...WCAG, "best-practice"];

/** Nothing to mend on this page, in both sets of colours. */
export async function accessible(page, rules = ALL) {
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(
      // What a frame shows is looked at on its own
      (values) => axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"], iframes: false }).then((it) => it.violations),
      rules,
    );
    assert.deepEqual(found.map(inWords), [], `${page.url()}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}

const inWords = ({ id, help, nodes }) =>
  `${id}: ${help}\n${nodes.map((node) => `  ${node.target.join(" ")}: ${node.any[0]?.message ?? node.none[0]?.message ?? node.all[0]?.message ?? ""}`).join("\n")}`;
