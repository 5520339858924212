// Follows the tutorial of the studio word for word. What a reader does is said in comments of the page:
//
//     <!-- open: FILE -->          a click on this document
//     <!-- line: TEXT -->          a click on the line with this text
//     <!-- press: LABEL -->        a click on the button with this label
//     <!-- press-summary: LABEL --> a click on something that folds out
//     <!-- choose: LABEL = WORD --> a choice in a list
//     <!-- type: LABEL = TEXT -->  a text typed into a field
//     <!-- see: TEXT -->           this text stands on the page
//     <!-- goes: TEXT -->          this line is marked as going
//     <!-- written: TEXT -->       own.toml has this text
//     <!-- picture: NAME -->       what the picture below shows
//
// Labels are those that the page shows, so the words of the tutorial stay true.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, browse, folder, picture, run, serve } from "./open.mjs";

const lang = process.argv[2];
const text = readFileSync(`docs/studio.${lang}.md`, "utf8");
const rules = join(folder, "myrules");
const { address } = await serve([`docs/tutorial/${lang}/collection`], rules, lang);
const { page, complaints } = await browse(lang);

const line = (words) => page.locator(".line", { hasText: words }).first();
const pair = (said) => said.split(" = ");
const acts = {
  open: (file) => page.locator(".row", { hasText: file }).first().click(),
  line: (words) => line(words).click(),
  press: (label) => page.getByRole("button", { name: label, exact: true }).last().click(),
  "press-summary": (label) => page.locator("summary", { hasText: label }).last().click(),
  choose: async (said) => page.getByLabel(pair(said)[0], { exact: true }).last().selectOption({ label: pair(said)[1] }),
  type: async (said) => page.getByLabel(pair(said)[0], { exact: true }).last().fill(pair(said)[1]),
  see: (words) => page.getByText(words).locator("visible=true").first().waitFor(),
  goes: (words) => line(words).and(page.locator(".goes, .new-gone")).waitFor(),
  written: (words) => assert.ok(readFileSync(join(rules, "own.toml"), "utf8").includes(words), `own.toml has no ${words}`),
  picture: async (name) => {
    await picture(page, name);
    await accessible(page, name);
  },
};

const steps = [["the page opens", async () => {
  await page.goto(address);
  await page.locator(".line").first().waitFor();
}]];
for (const [, verb, said] of text.matchAll(/<!-- ([\w-]+): (.*?) -->/g)) {
  if (acts[verb]) steps.push([`${verb}: ${said}`, () => acts[verb](said)]);
}
assert.ok(steps.length > 12, "the tutorial has steps");
await run(steps, page, complaints);
