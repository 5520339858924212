// How long an editor waits for the page, measured in the browser: prints one figure a line.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { articles } from "./articles.mjs";
import { browse, folder, run, serve } from "./open.mjs";

const ARTICLES = 10_000;
const LETTERS = 60;
// The longest that an editor should wait for a letter, at the 95th percentile, in milliseconds.
const LIMIT = 50;
const FILLER = "渡船在清晨六点离开老码头，载着四十多位乘客驶向对岸，船工说今年的水比往年大，所以船要小心地开。";

// Articles of about 3,000 characters: each has paragraphs of its own.
const long = articles(ARTICLES).map((one, number) => {
  const lines = one.text.trimEnd().split("\n");
  const paragraphs = Array.from({ length: 20 }, (_, at) => `${FILLER}这是第${number}篇的第${at}段，${FILLER}`);
  return { ...one, text: `${[...lines.slice(0, 2), ...paragraphs, ...lines.slice(2)].join("\n")}\n` };
});
const file = join(folder, "pages.jsonl");
writeFileSync(file, long.map((one) => JSON.stringify(one)).join("\n") + "\n");
const rules = join(folder, "rules");
mkdirSync(rules);
const { address } = await serve([file], rules, "en");
const { page, context } = await browse("en");
const part = (sorted, share) => sorted[Math.floor(sorted.length * share)];
const steps = [];
const step = (name, work) => steps.push([name, work]);

step("size", async () => {
  let bytes = 0;
  for (const name of ["app.js", "app.css", "index.html"]) bytes += gzipSync(readFileSync(`crates/studio/src/assets/${name}`), { level: 9 }).length;
  console.log(`assets, packed: ${Math.round(bytes / 1024)} KB`);
});

step("first paint", async () => {
  const times = [];
  for (let turn = 0; turn < 7; turn += 1) {
    const fresh = await context.newPage();
    await fresh.goto(address);
    await fresh.locator(".bar-top h1").waitFor();
    times.push(await fresh.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime));
    await fresh.close();
  }
  times.sort((a, b) => a - b);
  console.log(`first contentful paint: median ${Math.round(part(times, 0.5))} ms, most ${Math.round(times.at(-1))} ms`);
});

step("keystrokes", async () => {
  await page.goto(address);
  await page.locator(".count", { hasText: `${ARTICLES} documents` }).waitFor({ timeout: 120_000 });
  const count = (await (await page.request.get(`${address}api/rules`)).json()).rules.length;
  await page.locator(".line", { hasText: "河湾早报纸质版" }).first().click();
  await page.locator("#make").click();
  await page.locator("#everywhere").waitFor();
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  // From the letter to the marks in the document.
  const times = [];
  for (let letter = 0; letter < LETTERS; letter += 1) {
    const before = await page.locator(".rule-panel").getAttribute("data-tries");
    await page.keyboard.type("n");
    await page.waitForFunction((seen) => document.querySelector(".rule-panel").dataset.tries !== seen, before, { polling: 10 });
    times.push(Number(await page.locator(".rule-panel").getAttribute("data-millis")));
    await page.waitForTimeout(40);
  }
  times.sort((a, b) => a - b);
  console.log(`open document after a letter, ${count} rules, ${ARTICLES} articles loaded: median ${part(times, 0.5)} ms, 95th percentile ${part(times, 0.95)} ms`);
  if (part(times, 0.95) > LIMIT) throw new Error(`a letter may take ${LIMIT} ms at the 95th percentile, on a machine that does nothing else`);
});

step("collection", async () => {
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) {
    await page.keyboard.type("m");
    await page.waitForTimeout(330);
    const began = Date.now();
    await page.locator("progress").first().waitFor({ timeout: 5000 }).catch(() => {});
    await page.waitForFunction(() => document.querySelector("#everywhere") && !document.querySelector("progress"), null, { timeout: 60_000, polling: 20 });
    times.push(Date.now() - began);
  }
  times.sort((a, b) => a - b);
  const bytes = readFileSync(file).length;
  console.log(`all ${ARTICLES} articles (${Math.round(bytes / 1e6)} MB): median ${times[1]} ms, with the wait of 350 ms after the last letter left out`);
});

await run(steps, page, []);
