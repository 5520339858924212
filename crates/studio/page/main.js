// Puts the page together: a bar on top, documents on the left, the document in the middle, rules on the right.

import { get, Offline, own, post } from "./api.js";
import { DocumentPane } from "./document.js";
import { h } from "./dom.js";
import { healthView } from "./health.js";
import { DocumentList } from "./list.js";
import { RulePanel } from "./rule.js";
import { proposeChange } from "./changes.js";
import { importView, proposalsView } from "./proposals.js";
import { badges, ruleList, Rules } from "./rules.js";
import { change, read, state, store, stored } from "./state.js";
import { whyView } from "./why.js";
import { language, onLanguage, setLanguage, t } from "./words.js";

const rules = new Rules();
const list = new DocumentList(rules);
const pane = new DocumentPane({ why, make, stay });
const panel = new RulePanel({ tryOut: (view) => pane.tryOut(view), goTo, saved, tell, off, host, badge });
const notice = h("div", { class: "notice", role: "status", "aria-live": "polite" });
const mistakes = h("div", { class: "mistakes", role: "alert" });
const bar = h("header", { class: "bar-top" });
const whyBox = h("div", { class: "tab-body", id: "tab-why", role: "tabpanel" });
const ruleBox = h("div", { class: "tab-body", id: "tab-rule", role: "tabpanel" }, panel.element);
const tabs = h("div", { class: "tabs", role: "tablist" });
const side = h("section", { class: "side" }, tabs, whyBox, ruleBox);
let tab = "why";
let last = null;

// ---- what the parts ask of each other

async function why(line) {
  if (state.doc === null) return;
  if (!panel.isChanged) showTab("why");
  last = await attempt(get(`why/${state.doc}/${line}`));
  drawWhy();
}

function drawWhy() {
  const act = { open: openRule, show: (rule) => change({ rule }), tryStep, stay, off, badge, host, isOwn: (rule) => Boolean(rules.byName?.get(rule)?.own) };
  whyBox.replaceChildren(last ? whyView(last, act) : h("p", { class: "quiet pad" }, t("noRule")));
}

function host() {
  return pane.shown?.host ?? null;
}

/** Whether a rule is on, and where it fires. */
function badge(rule) {
  return badges(rules.byName?.get(rule), new Set((pane.causes ?? []).map((cause) => cause.rule).filter(Boolean)));
}

/** Opens a rule with a change that would make it take the line: `file › name.setting=value`. */
async function tryStep(rule, set) {
  await openRule(rule);
  for (const one of set) {
    const [field, value] = one.slice(rule.length + 1).split(/=(.*)/s);
    await panel.set(field, value);
  }
}

/** Switches a shipped rule off, for one site or everywhere. */
function off(rule, site) {
  proposeChange({ change: "off", rule, site }, async () => {
    tell(t("offNow"));
    panel.close();
    await saved();
    if (state.line !== null) why(state.line);
  }, (error) => tell(error.message));
}

async function make(kind) {
  const lines = pane.selection;
  if (!lines) return;
  const asked = { document: state.doc, lines, words: pane.words, how_much: kind, site: Boolean(pane.shown.host) };
  const draft = await attempt(post("draft", asked));
  if (draft) edit(draft);
}

function stay() {
  return make("stay");
}

async function openRule(name) {
  const rule = await attempt(get(`rule?rule=${encodeURIComponent(name)}`));
  if (rule) edit(rule);
}

function edit(rule) {
  showTab("rule");
  panel.open(rule);
}

function goTo(document, line) {
  if (document === state.doc) return pane.goTo(line);
  pane.onload = () => { pane.onload = null; panel.tryHere(); };
  change({ doc: document, line });
}

async function saved() {
  await pane.refresh();
  await list.load();
  if (!panel.rule && state.line !== null && last) why(state.line);
}

// ---- what others do to the files meanwhile

let generation = null;
let writes = 0;

/** Asks whether a rule file was changed elsewhere, and shows it then. What is being edited stays. */
async function look() {
  if (document.visibilityState !== "visible") return;
  const before = own.writes;
  const now = await get("state").catch(() => null);
  if (!now || own.writes !== before) return;
  if (own.writes !== writes) generation = now.generation;
  writes = own.writes;
  if (generation !== null && now.generation !== generation) {
    generation = now.generation;
    tell(t("onDisk"));
    await attempt(rules.load());
    const open = panel.rule;
    if (open?.own && open.original && !panel.isChanged) {
      const again = await get(`rule?rule=${encodeURIComponent(`${open.file.replace(/\.toml$/, "")} › ${open.original}`)}`).catch(() => null);
      // Meanwhile another rule may have been opened, or this one changed.
      if (panel.rule !== open || panel.isChanged) return saved();
      if (again) panel.open(again);
      else panel.close();
    } else if (open?.own) panel.changed();
    await saved();
  }
  generation = now.generation;
}

async function undo() {
  const answer = await attempt(post("undo"));
  if (!answer) return;
  tell(t("undone", { file: answer.file }));
  panel.close();
  await saved();
}

async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    tell(error.message);
    return null;
  }
}

let noticeTimer;
function tell(text) {
  // Above a dialog only what is in it can be seen.
  (document.querySelector("dialog[open]") ?? document.body).append(notice);
  notice.textContent = text;
  notice.classList.add("shown");
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => notice.classList.remove("shown"), 6000);
}

// ---- what stands around them

function showTab(name) {
  tab = name;
  for (const button of tabs.children) button.setAttribute("aria-selected", String(button.dataset.tab === name));
  whyBox.hidden = name !== "why";
  ruleBox.hidden = name !== "rule";
}

function drawTabs() {
  tabs.replaceChildren(...["why", "rule"].map((name) =>
    h("button", { role: "tab", "data-tab": name, "aria-controls": `tab-${name}`, onclick: () => showTab(name) }, t(name))));
  showTab(tab);
}

let drawnBar = null;

function drawBar() {
  // Buttons that are made anew while somebody presses one would lose the click.
  const shown = JSON.stringify([language(), dark(), rules.undo > 0, rules.mistakes, rules.trouble, rules.unread, rules.folder]);
  if (shown === drawnBar) return;
  drawnBar = shown;
  const button = (id, act) => h("button", { id, onclick: act }, t(id));
  const other = language() === "zh" ? "en" : "zh";
  bar.replaceChildren(
    h("h1", {}, h("span", { class: "brand" }, "dehusk"), " ", t("title")),
    h("nav", { class: "grow" }, button("rules", showRules), button("health", showHealth), button("proposals", showProposals), button("importTitle", showImport), button("paste", showPaste)),
    ...(rules.undo > 0 ? [button("undo", undo)] : []),
    h("button", { id: "lang", lang: other === "zh" ? "zh-CN" : "en", onclick: () => { store({ lang: other }); setLanguage(other); } }, other === "zh" ? "中文" : "English"),
    h("button", { id: "theme", onclick: toggleTheme }, t(dark() ? "light" : "dark")),
    button("help", showKeys));
  mistakes.replaceChildren(...(rules.mistakes?.length || rules.trouble ? [
    h("strong", {}, t("mistakes")),
    h("ul", {}, (rules.mistakes ?? []).filter((one) => one.level === "error").slice(0, 5).map((one) =>
      h("li", {}, t("lineOf", { ...one, source: below(one.source) }), one[language()]))),
    rules.trouble ? h("p", {}, rules.trouble[language()]) : ""] : []),
  rules.unread > 0 ? h("p", {}, t("unread", { n: rules.unread })) : "");
  mistakes.hidden = !(rules.unread > 0 || rules.mistakes?.some((one) => one.level === "error") || rules.trouble);
}

/** A rule file without the folder of the rules before it. */
function below(file) {
  return file.startsWith(rules.folder) ? file.slice(rules.folder.length).replace(/^[\\/]/, "") : file;
}

function dark() {
  return (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

function toggleTheme() {
  const theme = dark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  store({ theme });
  drawBar();
}

/** A dialog that takes up most of the page. */
function dialog(id, title, content) {
  const box = h("dialog", { class: "dialog wide-dialog", id, "aria-labelledby": `${id}-title`, onclose: () => box.remove() },
    h("div", { class: "dialog-head" }, h("h2", { id: `${id}-title`, class: "grow" }, title), h("button", { onclick: () => box.close() }, t("close"))), content);
  document.body.append(box);
  box.showModal();
  return box;
}

function showRules() {
  const firing = new Set((pane.causes ?? []).map((cause) => cause.rule).filter(Boolean));
  const box = dialog("all-rules", t("rules"), ruleList(rules, firing, (rule) => { box.close(); openRule(rule); }));
}

async function showHealth() {
  const sums = await attempt(get("health"));
  if (!sums) return;
  const close = (work) => (name) => { box.close(); work(name); };
  const only = (part) => close((name) => change({ text: "", rule: "", emptied: false, category: "", guard: "", [part]: name }));
  const box = dialog("all-sums", t("health"), healthView(sums, { show: only("rule"), category: only("category"), guard: only("guard"), open: close(openRule) }));
}

/** What proposals and imports ask for. */
const additions = {
  take: (added, done) => proposeChange(added, async (answer) => {
    done();
    tell(t("saved", { file: answer.file }));
    await saved();
  }, (error) => tell(error.message)),
};

function showProposals() {
  const find = (text) => { box.close(); change({ text, rule: "", emptied: false, category: "", guard: "" }); };
  const box = dialog("all-proposals", t("proposals"), proposalsView({ ...additions, find }));
}

function showImport() {
  dialog("import", t("importTitle"), importView(additions, host()));
}

function showPaste() {
  const text = h("textarea", { id: "pasted", rows: "14", class: "wide", "aria-label": t("pasteTitle") });
  const host = h("input", { type: "text", id: "pasted-host", placeholder: t("pasteHost"), "aria-label": t("pasteHost") });
  const go = async () => {
    const answer = await attempt(post("paste", { text: text.value, host: host.value }));
    if (!answer) return;
    box.close();
    change({ text: "", rule: "", emptied: false, category: "", guard: "", doc: answer.id, line: null });
    list.load();
  };
  const box = dialog("paste-text", t("pasteTitle"), h("div", { class: "paste" }, text, h("p", { class: "buttons" }, host,
    h("button", { class: "primary", id: "paste-go", onclick: go }, t("pasteGo")))));
  text.focus();
}

function showKeys() {
  const keys = [["↑ ↓", "keyMove"], ["n / p", "keyNext"], ["Enter", "keyWhy"], ["r", "keyMake"], ["k", "keyStay"], ["o", "keyHold"], ["Ctrl S", "keySave"], ["u", "keyUndo"], ["/", "keyFind"]];
  dialog("keys", t("keysTitle"), h("dl", { class: "keys" }, keys.map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(words))])));
}

function key(event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && panel.rule?.own) {
    event.preventDefault();
    return panel.save();
  }
  const typing = event.target.closest("input, textarea, select, .cm-editor, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); list.search.focus(); }
  if (event.key === "n") list.step(1);
  if (event.key === "p") list.step(-1);
  if (event.key === "u" && rules.undo > 0) undo();
  if (event.key === "o") pane.compare(true);
}

async function start() {
  read();
  if (stored().theme) document.documentElement.dataset.theme = stored().theme;
  onLanguage(() => { drawBar(); drawTabs(); drawWhy(); panel.redraw(); });
  document.getElementById("app").replaceWith(bar, mistakes, h("main", {}, list.element, pane.element, side), notice);
  setLanguage(stored().lang ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  // Whatever asks when the program has ended, the page says so.
  window.addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof Offline)) return;
    event.preventDefault();
    tell(event.reason.message);
  });
  document.addEventListener("keydown", key);
  document.addEventListener("keyup", (event) => { if (event.key === "o") pane.compare(false); });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 2000);
  rules.onLoad(drawBar);
  window.addEventListener("hashchange", () => {
    const before = { ...state };
    read();
    const now = { ...state };
    Object.assign(state, before);
    change(now);
  });
  await attempt(rules.load());
  if (!stored().lang) setLanguage(rules.lang ?? "en");
  await attempt(list.load());
  if (state.doc === null && list.rows.length > 0) change({ doc: list.rows[0][0] });
  else await pane.load();
  look();
  if (await panel.restore()) showTab("rule");
  else panel.close();
}

start();
