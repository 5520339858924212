// Goes through the page as an editor would. Each step is named; a step that fails names itself.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { articles } from "./articles.mjs";
import { accessible as check, browse, folder, picture as shoot, run, serve } from "./open.mjs";

const rules = join(folder, "rules");
const own = join(rules, "own.toml");
const FIRST = "# 编辑部的规则\n[[rule]]\nname    = '按钮' # 别动\nis      = '关闭窗口'\nremoves = '关闭窗口'\n";

mkdirSync(rules);
writeFileSync(own, FIRST);
writeFileSync(join(folder, "pages.jsonl"), articles(60).map((one) => JSON.stringify(one)).join("\n") + "\n");
const { address, program } = await serve([join(folder, "pages.jsonl")], rules, "en");
const { page, complaints } = await browse("en");

const line = (text) => page.locator(".line", { hasText: text }).first();
const notice = (text) => page.locator(".notice.shown", { hasText: text }).waitFor();
const picture = (name) => shoot(page, name);
const accessible = (where) => check(page, where);

const steps = [];
const step = (name, work) => steps.push([name, work]);

step("the page opens with its documents", async () => {
  await page.goto(address);
  await line("老码头").waitFor();
  await page.locator(".count", { hasText: "60 documents" }).waitFor();
  await line("责任编辑").and(page.locator(".goes")).waitFor();
  await picture("document-light-en");
  await accessible("the document");
});

step("a click says which rule took a line", async () => {
  await line("责任编辑").click();
  await page.locator(".why .rule-name", { hasText: "credit" }).first().waitFor();
  assert.match(await page.locator(".why").innerText(), /责任编辑/);
  await line("老码头").click();
  await page.locator(".verdict.stays").waitFor();
  await picture("why-light-en");
  await accessible("why");
});

step("a rule is made of a line and tried at once", async () => {
  await line("河湾早报纸质版").click();
  await page.locator("#make").click();
  await page.locator("#sentence", { hasText: /\w/ }).waitFor();
  await line("河湾早报纸质版").and(page.locator(".new-gone")).waitFor();
  await page.locator("#everywhere", { hasText: "40 documents change" }).waitFor();
  assert.match(await page.locator(".cm-content").innerText(), /news\.riverbend\.example/, "for this site by default");
  assert.equal(readFileSync(own, "utf8"), FIRST, "a trial writes nothing");
  await picture("rule-light-en");
  await accessible("a rule");
});

step("form and text keep in step", async () => {
  await page.locator("#field-name").fill("领早报");
  await page.locator(".cm-content", { hasText: "领早报" }).waitFor();
  await page.locator("#only-here").uncheck();
  await page.waitForFunction(() => !document.querySelector(".cm-content").innerText.includes("sites"));
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.type("x");
  await page.locator(".problems li").first().waitFor();
  await page.locator(".mistake").first().waitFor();
  await page.keyboard.press("Backspace");
  await page.waitForFunction(() => document.querySelectorAll(".problems li").length === 0);
});

step("what is typed is not lost when something else is changed at once", async () => {
  await page.locator("#field-name").fill("领");
  await page.locator("#field-name").fill("领早报的行");
  await page.locator("#field-status").selectOption("on");
  await page.locator("#field-name").fill("领早报");
  await page.locator("#save").click();
  await page.locator("#diff .added", { hasText: "领早报" }).waitFor();
  assert.equal(await page.locator("#diff .added", { hasText: "领早报的行" }).count(), 0);
  await page.locator("#diff .added", { hasText: "'on'" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#field-status").selectOption("trial");
  await page.locator(".cm-content", { hasText: "'trial'" }).waitFor();
});

step("an unsaved rule survives a reload", async () => {
  await page.reload();
  await page.locator(".cm-content", { hasText: "领早报" }).waitFor();
});

step("saving shows the diff and changes nothing else", async () => {
  await page.locator("#save").click();
  const diff = page.locator("#diff");
  await diff.waitFor();
  assert.equal(await diff.locator(".taken").count(), 0);
  assert.ok((await diff.locator(".added").count()) > 3);
  await picture("save-light-en");
  await accessible("the diff");
  await page.locator("#save-now").click();
  await notice("Written to own.toml");
  const saved = readFileSync(own, "utf8");
  assert.ok(saved.startsWith(FIRST) && saved.includes("领早报"), saved);
  assert.equal(readFileSync(`${own}.bak`, "utf8"), FIRST);
});

step("undo takes it back", async () => {
  await page.locator("#undo").click();
  await notice("Taken back");
  assert.equal(readFileSync(own, "utf8"), FIRST);
});

step("a line must stay", async () => {
  await line("责任编辑").click();
  await page.locator("#stay").click();
  await line("责任编辑").and(page.locator(".new-kept")).waitFor();
  await page.locator("#save").click();
  await page.locator("#save-now").click();
  await notice("Written to own.toml");
  assert.match(readFileSync(own, "utf8"), /\[\[keep\]\]/);
  await line("责任编辑").and(page.locator(".stays")).waitFor();
  await page.locator("#undo").click();
  await notice("Taken back");
});

step("a file changed elsewhere is not overwritten", async () => {
  await line("河湾早报纸质版").click();
  await page.locator("#make").click();
  await page.locator("#save").click();
  await page.locator("#diff").waitFor();
  writeFileSync(own, `${FIRST}# somebody else\n`);
  await page.locator("#save-now").click();
  await notice("changed elsewhere");
  assert.equal(readFileSync(own, "utf8"), `${FIRST}# somebody else\n`);
  writeFileSync(own, FIRST);
  await page.locator("#discard").click();
});

step("the keyboard alone is enough", async () => {
  await page.locator("#lines").focus();
  await page.keyboard.press("n");
  await page.keyboard.press("p");
  await line("老码头").waitFor();
  await page.locator("#lines").focus();
  for (let n = 0; n < 5; n += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".why blockquote", { hasText: "河湾早报纸质版" }).waitFor();
  await page.keyboard.press("r");
  await page.locator("#sentence", { hasText: /\w/ }).waitFor();
  await page.keyboard.press("Control+s");
  await page.locator("#diff").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#discard").click();
});

step("markup in a document is only text", async () => {
  await page.locator("#search").fill("<script>");
  await page.locator(".count", { hasText: "1 document" }).waitFor();
  await page.locator(".row").first().click();
  await line("<script>").waitFor();
  assert.equal(await page.evaluate(() => window.harmed), undefined);
  await page.locator("#search").fill("");
});

step("the state stands in the address", async () => {
  await page.locator(".count", { hasText: "60 documents" }).waitFor();
  await page.locator("[data-view=body]").click();
  await page.goto(`${await page.evaluate(() => location.href)}`);
  await page.reload();
  await line("<script>").waitFor();
  assert.equal(await page.locator(".document").getAttribute("data-view"), "body");
  await page.locator("[data-view=both]").click();
});

step("a text can be pasted without a collection", async () => {
  await page.locator("#paste").click();
  await page.locator("#pasted").fill("今天的河面很静，老人把缆绳系在石柱上，坐下来等第一班船。\n船到对岸的时候，天已经亮了，卖豆腐的人刚刚摆好摊子。\n他说今年的水比往年大，船要小心地开，人也要小心地走。\n责任编辑：王小满\n");
  await page.locator("#paste-go").click();
  await line("今天的河面很静").waitFor();
  await line("责任编辑").and(page.locator(".goes")).waitFor();
});

step("what is proposed is taken on trial", async () => {
  await page.locator("#proposals").click();
  await page.locator("#suggest").click();
  await page.locator(".proposals .reason").first().waitFor();
  await picture("proposals-light-en");
  await accessible("the proposals");
  await page.locator(".take").first().click();
  await page.locator("#diff").waitFor();
  await page.locator("#save-now").click();
  await notice("Written to own.toml");
  assert.ok(readFileSync(own, "utf8").startsWith(FIRST) && readFileSync(own, "utf8").includes("'trial'"));
  await page.locator("#learn-site").selectOption({ index: 1 });
  await page.locator(".proposals .reason, .results .quiet").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#undo").click();
  await notice("Taken back");
  assert.equal(readFileSync(own, "utf8"), FIRST);
});

step("a list is imported with a diff", async () => {
  await page.locator("#importTitle").click();
  await page.locator("#import-text").fill("领取河湾早报电子版\n责任编辑：王小满\n");
  await page.locator("#import-name").fill("词句单");
  await page.locator("#import-go").click();
  await page.locator(".proposals .reason").first().waitFor();
  await page.locator(".results summary", { hasText: "Not taken (1)" }).click();
  await picture("import-light-en");
  await accessible("the import");
  await page.locator(".take").first().click();
  await page.locator("#save-now").click();
  await notice("Written to own.toml");
  assert.match(readFileSync(own, "utf8"), /词句单/);
  await page.keyboard.press("Escape");
  await page.locator("#undo").click();
  await notice("Taken back");
});

step("one click switches a shipped rule off for this site", async () => {
  await page.locator(".row").first().click();
  await line("责任编辑").click();
  await page.locator(".off-here").first().click();
  await page.locator("#diff", { hasText: "@ news.riverbend.example" }).waitFor();
  await page.locator("#save-now").click();
  await notice("Switched off");
  await page.locator("#undo").click();
  await notice("Taken back");
  assert.ok(!existsSync(join(rules, "settings.toml")));
});

step("the conditions count the lines that are left", async () => {
  await line("河湾早报纸质版").click();
  await page.locator("#make").click();
  await page.locator("summary", { hasText: "Lines that pass" }).click();
  await page.locator(".funnel tr", { hasText: "really go" }).locator("td", { hasText: "40" }).waitFor();
  await page.locator(".funnel").scrollIntoViewIfNeeded();
  await picture("funnel-light-en");
  await accessible("the conditions");
  await page.locator("#discard").click();
});

step("what others write is shown without a reload", async () => {
  writeFileSync(own, `${FIRST}\n[[rule]]\nname = 'theirs'\nis = '河湾早报纸质版各码头有售'\nremoves = '河湾早报纸质版各码头有售'\n`);
  await notice("changed elsewhere");
  await line("河湾早报纸质版").and(page.locator(".goes")).waitFor();
  writeFileSync(own, FIRST);
  await line("河湾早报纸质版").and(page.locator(".stays")).waitFor();
});

step("a held key shows the original", async () => {
  await page.locator("#lines").focus();
  await page.keyboard.down("o");
  assert.equal(await page.locator(".document").getAttribute("data-view"), "original");
  await page.keyboard.up("o");
  assert.equal(await page.locator(".document").getAttribute("data-view"), "both");
});

step("the sums lead to the documents", async () => {
  await page.locator("#health").click();
  await page.locator(".chart").first().waitFor();
  await picture("health-light-en");
  await accessible("the sums");
  await page.locator(".chart button").first().click();
  await page.waitForFunction(() => location.hash.includes("category="));
  await page.locator(".chip").click();
  await page.waitForFunction(() => !location.hash.includes("category="));
  await page.locator("#health").click();
  await page.locator(".chart").nth(1).locator("button").first().click();
  await page.waitForFunction(() => location.hash.includes("rule="));
  await page.locator("#by-rule").selectOption("");
});

step("the list of rules opens one", async () => {
  await page.locator("#rules").click();
  await page.locator("#all-rules .badge").first().waitFor();
  await accessible("the rules");
  await page.locator("#all-rules button", { hasText: "按钮" }).first().click();
  await page.locator(".cm-content", { hasText: "关闭窗口" }).waitFor();
  await page.locator("#discard").click();
});

step("Chinese, dark", async () => {
  await page.locator("#lang").click();
  await page.locator(".list h2", { hasText: "文章" }).waitFor();
  await page.locator("#theme").click();
  await page.locator("#search").fill("渡口重新");
  await page.locator(".row").first().click();
  await line("责任编辑").click();
  await page.locator(".why .rule-name").first().waitFor();
  await picture("why-dark-zh");
  await accessible("dark");
  await line("河湾早报纸质版").click();
  await page.locator("#make").click();
  await page.locator("#everywhere").waitFor();
  await picture("rule-dark-zh");
  await accessible("a rule, dark");
  await page.locator("#discard").click();
});

step("a broken rule file is told, and the page goes on", async () => {
  writeFileSync(own, `${FIRST}\n[[rule]]\nname = 'b'\nnope = 1\n`);
  await page.locator(".mistakes", { hasText: "own.toml" }).waitFor();
  await picture("broken-dark-zh");
  await line("责任编辑").click();
  await page.locator(".why .rule-name").first().waitFor();
  writeFileSync(own, FIRST);
  await page.locator(".mistakes").waitFor({ state: "hidden" });
});

step("closing the page loses nothing that was saved", async () => {
  writeFileSync(own, FIRST);
  await page.goto("about:blank");
  assert.equal(readFileSync(own, "utf8"), FIRST);
  await page.goto(address);
  await line("老码头").waitFor();
});

step("when the program has ended the page says so", async () => {
  program.kill();
  await line("老码头").click();
  await notice("已经结束");
});

await run(steps, page, complaints);
