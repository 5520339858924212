// The left side: the documents. Only the rows in sight exist, so that a hundred thousand scroll smoothly.

import { get, newest } from "./api.js";
import { calm, h, redraw } from "./dom.js";
import { change, on, state } from "./state.js";
import { language, onLanguage, t } from "./words.js";

const ROW = 44;

export class DocumentList {
  constructor(rules) {
    this.rules = rules;
    this.rows = [];
    this.search = h("input", { type: "search", id: "search", oninput: calm(200, () => change({ text: this.search.value })) });
    this.byRule = h("select", { id: "by-rule", onchange: () => change({ rule: this.byRule.value }) });
    this.emptied = h("input", { type: "checkbox", id: "emptied", onchange: () => change({ emptied: this.emptied.checked }) });
    this.emptiedWord = h("span");
    this.chips = h("div", { class: "chips" });
    this.count = h("p", { class: "quiet count", role: "status" });
    this.space = h("div", { class: "rows-space" });
    this.box = h("div", { class: "rows", tabindex: "0", role: "listbox", onscroll: () => this.draw(), onkeydown: (event) => this.key(event) }, this.space);
    this.heading = h("h2");
    this.element = h("section", { class: "list" },
      h("div", { class: "list-head" }, this.heading, this.count),
      h("div", { class: "filters" }, this.search, this.byRule, h("label", { class: "check" }, this.emptied, this.emptiedWord), this.chips),
      this.box);
    this.ask = newest((query) => get(`documents?${query}`));
    on(["text", "rule", "emptied", "category", "guard"], () => this.load());
    on(["doc"], () => { this.draw(); this.scrollToCurrent(); });
    onLanguage(() => this.words());
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  words() {
    this.drawChips();
    this.heading.textContent = t("documents");
    this.search.placeholder = t("search");
    this.search.setAttribute("aria-label", t("search"));
    this.byRule.setAttribute("aria-label", t("byRule"));
    this.box.setAttribute("aria-label", t("documents"));
    this.emptiedWord.textContent = t("emptied");
    this.fillRules();
    this.say();
    this.draw();
  }

  fillRules() {
    const hit = this.rules.rows.filter((rule) => rule.documents > 0 || rule.rule === state.rule);
    hit.sort((a, b) => b.documents - a.documents);
    this.byRule.replaceChildren(
      h("option", { value: "" }, t("allRules")),
      ...hit.map((rule) => h("option", { value: rule.rule }, `${rule.rule} (${rule.documents})`)));
    this.byRule.value = state.rule;
  }

  async load() {
    const query = new URLSearchParams({ text: state.text, rule: state.rule, emptied: state.emptied, category: state.category, guard: state.guard });
    const answer = await this.ask(query);
    if (!answer) return;
    if (this.search !== document.activeElement) this.search.value = state.text;
    this.emptied.checked = state.emptied;
    this.drawChips();
    Object.assign(this, { rows: answer.documents, all: answer.all, cleaned: answer.cleaned });
    this.say();
    this.draw();
    if (answer.cleaned < answer.all) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(), 300);
    } else {
      this.rules.load().then(() => this.fillRules());
    }
  }

  /** Filters that have no control of their own: each can be taken away. */
  drawChips() {
    const chip = (part, word) => (state[part] ? h("button", { class: "chip", "aria-label": `${t("clearFilter")}: ${state[part]}`, onclick: () => change({ [part]: "" }) },
      t(word, { name: state[part] }), " ✕") : null);
    this.chips.replaceChildren(...[chip("category", "filterCategory"), chip("guard", "filterGuard")].filter(Boolean));
  }

  say() {
    const busy = this.cleaned < this.all;
    this.count.textContent = busy ? t("cleaning", { n: this.cleaned, all: this.all }) : t("count", { n: this.rows.length });
  }

  draw() {
    const from = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 5);
    const upto = Math.min(this.rows.length, from + Math.ceil(this.box.clientHeight / ROW) + 10);
    this.space.style.height = `${Math.max(this.rows.length * ROW, 1)}px`;
    const rows = this.rows.slice(from, upto);
    const keys = rows.map((row, index) => JSON.stringify([language(), row, from + index, row[0] === state.doc]));
    const none = this.rows.length === 0 && this.all > 0;
    redraw(this.space, none ? [`none ${language()}`] : keys, (index) =>
      none ? h("p", { class: "quiet pad" }, t("none")) : this.row(rows[index], from + index));
  }

  row([id, name, bytes, gone, nearly, title], index) {
    const share = gone === null ? null : bytes > 0 ? Math.round((gone * 100) / bytes) : 0;
    const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span", { class: nearly ? "fill alarm" : "fill" }));
    bar.firstChild.style.width = `${share ?? 0}%`;
    const row = h("div", {
      class: "row", role: "option", id: `doc-${id}`, "aria-selected": String(id === state.doc), title: name,
      onclick: () => change({ doc: id, line: null }),
    },
    h("span", { class: "name" }, title || name),
    h("span", { class: "loss" }, bar, h("span", { class: "quiet" }, share === null ? "…" : share === 0 ? t("noLoss") : t("lost", { n: share })), h("span", { class: "quiet file" }, h("bdi", {}, name.split(/[\\/]/).pop()))));
    row.style.top = `${index * ROW}px`;
    return row;
  }

  /** Goes to the next (1) or previous (-1) document. */
  step(by) {
    const now = this.rows.findIndex(([id]) => id === state.doc);
    const next = this.rows[Math.min(this.rows.length - 1, Math.max(0, now + by))];
    if (next) change({ doc: next[0], line: null });
  }

  key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.step(by);
  }

  scrollToCurrent() {
    const index = this.rows.findIndex(([id]) => id === state.doc);
    if (index < 0) return;
    const top = index * ROW;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + ROW > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + ROW - this.box.clientHeight;
    this.box.setAttribute("aria-activedescendant", `doc-${state.doc}`);
  }
}
