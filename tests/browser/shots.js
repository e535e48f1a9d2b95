// Pictures of every kind of page, wide and narrow, light and dark: `npm run shots`, or SHOTS=folder npm run shots.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { start } from "./support/demo.js";
import { kinds, letters } from "./support/kinds.js";
import { arrive, browse } from "./support/visitor.js";

const folder = process.env.SHOTS || "shots";
await mkdir(folder, { recursive: true });
const [browser, house] = await Promise.all([browse(), start()]);
for (const [who, pages] of Object.entries({ ...kinds, letters })) {
  const visitor = await arrive(browser, house);
  const { page } = visitor;
  if (house[who]) await visitor.signIn(house[who]);
  for (const [name, open] of Object.entries(pages)) {
    try {
      await open(visitor);
    } catch (error) {
      console.error(`${who}, ${name}: ${error.message}`);
      continue;
    }
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const height = await page.evaluate(() => document.scrollingElement.scrollHeight);
      await page.setViewportSize({ width, height }); // what sticks to the screen's edge is at the page's
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        const file = `${who}-${name.replaceAll(/[^a-z]+/g, "-")}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, file) });
      }
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: null });
  }
  await visitor.context.close();
}
await browser.close();
await house.stop();
