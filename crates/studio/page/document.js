// The middle: one document with what happens to each line. A trial of a rule is shown in the same lines.

import { get, newest } from "./api.js";
import { h, redraw } from "./dom.js";
import { change, on, state } from "./state.js";
import { language, onLanguage, said, t } from "./words.js";

const KINDS = ["as_pasted", "line", "words", "list", "run", "to_end"];

export class DocumentPane {
  /** `act` has `why(line)`, `make(kind)` and `stay()`. */
  constructor(act) {
    this.act = act;
    this.from = this.upto = null;
    this.words = "";
    this.heading = h("h2", { class: "doc-name" });
    this.facts = h("p", { class: "quiet" });
    this.views = h("div", { class: "switch", role: "group" });
    this.lines = h("div", {
      class: "lines", tabindex: "0", role: "listbox", "aria-multiselectable": "true", id: "lines",
      onclick: (event) => this.click(event), onmouseup: () => this.drag(), onkeydown: (event) => this.key(event),
    });
    this.more = h("div", { class: "more" });
    this.scroll = h("div", { class: "scroll" }, this.lines, this.more);
    this.tools = h("div", { class: "tools", role: "toolbar" });
    this.element = h("section", { class: "document" },
      h("div", { class: "doc-head" }, h("div", { class: "grow" }, this.heading, this.facts), this.views),
      this.scroll, this.tools);
    this.ask = newest((id, from) => get(`document/${id}?from=${from}`));
    on(["doc"], () => this.load());
    on(["view"], () => this.drawView());
    onLanguage(() => this.draw());
  }

  get length() {
    return this.rows?.length ?? 0;
  }

  async load() {
    this.trial = null;
    this.select(null, null);
    if (state.doc === null) return this.draw();
    let answer;
    try {
      answer = await this.ask(state.doc, 0);
    } catch (error) {
      Object.assign(this, { shown: null, rows: [], failure: error.message });
      return this.draw();
    }
    if (!answer) return;
    Object.assign(this, { shown: answer, rows: answer.lines, causes: answer.causes, failure: null });
    this.draw();
    this.scroll.scrollTop = 0;
    if (state.line !== null) this.goTo(state.line);
    this.onload?.();
  }

  /** Asks again what happens to the lines, after rules were saved. What is selected stays selected. */
  async refresh() {
    if (state.doc === null) return;
    const answer = await this.ask(state.doc, 0);
    if (!answer) return;
    Object.assign(this, { shown: answer, rows: answer.lines, causes: answer.causes });
    this.draw();
  }

  async loadMore() {
    const answer = await this.ask(state.doc, this.rows.length);
    if (!answer) return;
    const offset = this.causes.length;
    this.causes.push(...answer.causes);
    this.rows.push(...answer.lines.map(([text, fate, cause, pieces]) => [text, fate, cause === null ? null : cause + offset, pieces]));
    this.draw();
  }

  /** Shows what a trial does to the lines; `null` ends it. */
  tryOut(view) {
    this.trial = view;
    this.draw();
  }

  draw() {
    this.lines.setAttribute("aria-label", this.shown?.name ?? t("documents"));
    if (!this.shown) {
      this.heading.textContent = this.failure ?? "";
      this.facts.textContent = "";
      redraw(this.lines, []);
      this.more.replaceChildren(h("p", { class: "quiet pad" }, this.failure ? "" : t("pick")));
      this.views.replaceChildren();
      this.drawTools();
      return;
    }
    const { name, host, bytes, gone, all } = this.trial ?? this.shown;
    this.heading.textContent = name.split(/[\\/]/).pop();
    this.heading.title = name;
    const share = bytes > 0 ? Math.round((gone * 100) / bytes) : 0;
    this.facts.classList.toggle("alarm", Boolean(this.shown.failure));
    this.facts.textContent = this.shown.failure ? said(this.shown.failure) : [host, share > 0 ? t("lost", { n: share }) : t("noLoss")].filter(Boolean).join(" · ");
    this.views.setAttribute("aria-label", t("view"));
    this.views.replaceChildren(...["both", "original", "body"].map((view) =>
      h("button", { "data-view": view, onclick: () => change({ view }) }, t(view))));
    this.views.title = t("compare");
    this.drawLines();
    const rest = all - this.rows.length;
    this.more.replaceChildren(...(rest > 0 ? [h("button", { onclick: () => this.loadMore() }, t("more", { n: rest }))] : []));
    this.drawView();
    this.mark();
  }

  drawLines() {
    const keys = this.rows.map((row, index) => JSON.stringify([language(), ...this.shownLine(row, index)]));
    redraw(this.lines, keys, (index) => this.line(this.rows[index], index));
  }

  /** What a line shows: as it is, as a trial leaves it, and why. */
  shownLine(row, index) {
    const tried = this.trial?.lines[index];
    const cause = (tried ?? row)[2];
    return [row, tried, cause === null ? null : (tried ? this.trial.causes : this.causes)[cause]];
  }

  drawView() {
    this.element.dataset.view = state.view;
    for (const button of this.views.children) button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
  }

  line(row, index) {
    const [, tried, because] = this.shownLine(row, index);
    const [text, fate, , pieces] = tried ?? row;
    const classes = ["line", fate];
    let note = null;
    if (tried && tried[1] !== row[1]) {
      classes.push(tried[1] === "stays" ? "new-kept" : "new-gone");
      note = h("span", { class: "note" }, t(tried[1] === "stays" ? "newKept" : "newGone"));
    }
    const title = because?.kind === "rule" ? [because.rule, because.phrase && `‘${because.phrase}’`].filter(Boolean).join("\n")
      : because ? t(because.kind) : null;
    const content = fate === "goes" ? h("del", {}, text) : fate === "part" ? this.parts(text, pieces) : text;
    return h("div", {
      class: classes.join(" "), role: "option", id: `l${index + 1}`, "data-n": index + 1,
      "data-category": because?.category ?? because?.kind, title,
    }, h("span", { class: "number", "aria-hidden": "true" }, index + 1), h("span", { class: "words" }, content), note,
    h("span", { class: "ask", "aria-hidden": "true" }, t("whyHere")));
  }

  parts(text, pieces) {
    const parts = [];
    let at = 0;
    for (const [from, upto] of pieces) {
      parts.push(text.slice(at, from), h("del", {}, text.slice(from, upto)));
      at = upto;
    }
    return [...parts, text.slice(at)];
  }

  // ---- the selection

  click(event) {
    const line = Number(event.target.closest(".line")?.dataset.n);
    if (!line || !window.getSelection().isCollapsed) return;
    this.words = "";
    this.select(event.shiftKey && this.from ? this.from : line, line);
    this.tellLine(line);
  }

  /** A selection made with the mouse: lines, or some words of one line. */
  drag() {
    const selection = window.getSelection();
    if (selection.isCollapsed || selection.rangeCount === 0) return;
    const number = (node) => Number((node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.(".line")?.dataset.n);
    const ends = [number(selection.anchorNode), number(selection.focusNode)].sort((a, b) => a - b);
    if (!ends[0] || !ends[1]) return;
    const text = selection.toString().trim();
    const whole = this.rows[ends[0] - 1][0].trim();
    this.words = ends[0] === ends[1] && text && text !== whole && whole.includes(text) ? text : "";
    this.select(ends[0], ends[1]);
  }

  select(from, upto) {
    Object.assign(this, { from, upto });
    if (from === null) this.words = "";
    this.mark();
  }

  /** The selected lines, first and last, from 1. */
  get selection() {
    return this.from === null ? null : [Math.min(this.from, this.upto), Math.max(this.from, this.upto)];
  }

  tellLine(line) {
    change({ line });
    this.act.why(line);
  }

  goTo(line) {
    while (line > this.length && this.shown && this.length < this.shown.all) return this.loadMore().then(() => this.goTo(line));
    this.select(line, line);
    this.lines.children[line - 1]?.scrollIntoView({ block: "center" });
    this.act.why(line);
  }

  mark() {
    const [first, last] = this.selection ?? [0, -1];
    for (const line of this.lines.querySelectorAll("[aria-selected=true]")) line.setAttribute("aria-selected", "false");
    for (let n = first; n <= last; n += 1) this.lines.children[n - 1]?.setAttribute("aria-selected", "true");
    if (this.upto) this.lines.setAttribute("aria-activedescendant", `l${this.upto}`);
    else this.lines.removeAttribute("aria-activedescendant");
    this.drawTools();
  }

  drawTools() {
    // Buttons that are made anew while somebody presses one would lose the click.
    const drawn = JSON.stringify([this.selection, this.words, language()]);
    if (drawn === this.drawnTools) return;
    this.drawnTools = drawn;
    this.tools.setAttribute("aria-label", t("rule"));
    if (!this.selection) return this.tools.replaceChildren();
    const [first, last] = this.selection;
    const lines = last - first + 1;
    const what = this.words ? t("words") : lines === 1 ? t("oneSelected", { n: first }) : t("selected", { n: lines });
    const kinds = KINDS.filter((kind) => kind !== "words" || this.words);
    const kind = h("select", { id: "kind", "aria-label": t("kind") },
      kinds.map((one) => h("option", { value: one }, t(one === "words" ? "words_kind" : one))));
    if (this.words) kind.value = "words";
    this.tools.replaceChildren(
      h("span", { class: "quiet grow" }, what), kind,
      h("button", { class: "primary", id: "make", onclick: () => this.act.make(kind.value) }, t("make")),
      h("button", { id: "stay", onclick: () => this.act.stay() }, t("stay")),
      h("button", { id: "why", onclick: () => this.tellLine(first) }, t("why")));
  }

  // ---- the keyboard

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.length > 0) {
      event.preventDefault();
      const next = Math.min(this.length, Math.max(1, (this.upto ?? (step > 0 ? 0 : this.length + 1)) + step));
      this.words = "";
      this.select(event.shiftKey && this.from ? this.from : next, next);
      this.lines.children[next - 1].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && this.upto) this.tellLine(this.upto);
    else if (event.key === "r" && this.selection) this.act.make(this.tools.querySelector("select").value);
    else if (event.key === "k" && this.selection) this.act.stay();
  }

  /** Shows the original as long as a key is held. */
  compare(held) {
    if (held) this.element.dataset.view = "original";
    else this.drawView();
  }
}
