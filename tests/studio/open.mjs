// Starts the program and a browser, and what all tests of the page look for.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const require = createRequire(resolve("crates/studio/page/package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Where pictures are written; nothing if none are wanted. */
const pictures = process.env.PICTURES ?? "";

/** A folder that is gone afterwards. */
export const folder = mkdtempSync(join(tmpdir(), "studio-"));

const ends = [];

/** Serves a collection: the address, and the process. */
export async function serve(collection, rules, lang) {
  const program = spawn(resolve(process.env.DEHUSK), ["studio", ...collection, "--rules", rules, "--no-open", "--no-config", "--lang", lang]);
  ends.push(() => program.kill());
  let noise = "";
  program.stderr.on("data", (data) => { noise += data; });
  return new Promise((found, failed) => {
    let said = "";
    program.stdout.on("data", (data) => {
      said += data;
      const match = /http:\/\/127\.0\.0\.1:\d+\/\w+\//.exec(said);
      if (match) found({ address: match[0], program });
    });
    program.on("exit", (code) => failed(new Error(`the program ended with ${code}: ${noise}`)));
  });
}

/** A page in a browser, with what it complains about. */
export async function browse(lang) {
  const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
  ends.push(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: lang === "zh" ? "zh-CN" : "en-GB", colorScheme: "light" });
  // What the page told, for those who read why a step failed.
  await context.addInitScript(() => {
    window.told = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) if (target.className?.includes?.("notice") && window.told.at(-1) !== target.textContent) window.told.push(target.textContent);
    }).observe(document, { subtree: true, childList: true });
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.setDefaultTimeout(15000);
  return { page, context, complaints };
}

export async function picture(page, name) {
  if (!pictures) return;
  // A note that fades would be in one picture and not in the next.
  await page.evaluate(() => document.querySelector(".notice")?.classList.remove("shown"));
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** No serious complaint of axe-core. */
export async function accessible(page, where) {
  await page.evaluate(`${axe}; 0`);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`), [], where);
}

/** Runs the steps in order until one fails; complaints of the page fail too. */
export async function run(steps, page, complaints) {
  let failed = null;
  for (const [name, work] of steps) {
    try {
      await work();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed = name;
      const told = await page?.evaluate(() => window.told.slice(-4)).catch(() => []);
      console.log(`FAIL ${name}\n${error.stack}\nThe page told: ${JSON.stringify(told)}`);
      await page.screenshot({ path: join(tmpdir(), "studio-failed.png") }).catch(() => {});
      break;
    }
  }
  const unexpected = complaints.filter((text) => !/400 \(Bad Request\)|net::ERR_(CONNECTION|EMPTY)_/.test(text));
  if (!failed && unexpected.length > 0) {
    failed = "the console is quiet";
    console.log(`FAIL ${failed}: ${unexpected.join("\n")}`);
  }
  for (const end of ends.reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
  process.exit(failed ? 1 : 0);
}
