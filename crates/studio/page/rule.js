// The right side, part two: the rule that is being edited. Its text is the truth; form, sentence, examples and trial
// follow it.

import { get, newest, post, stop } from "./api.js";
import { calm, h } from "./dom.js";
import { Editor } from "./editor.js";
import { Form } from "./form.js";
import { saveDialog } from "./save.js";
import { state, store, stored } from "./state.js";
import { funnelView } from "./funnel.js";
import { trialView } from "./trial.js";
import { said, t } from "./words.js";

export class RulePanel {
  /** `page` has `tryOut(view)`, `goTo(document, line)`, `saved(answer)`, `tell(text)`, `host()`. */
  constructor(page) {
    this.page = page;
    this.element = h("div", { class: "rule-panel" });
    this.form = new Form((field, value) => this.set(field, value));
    this.read = newest((edit) => post("read", edit));
    this.tryDocument = newest((asked) => post("try", asked));
    this.setting = Promise.resolve();
    this.askFunnel = newest((asked) => post("funnel", asked));
    this.collection = calm(350, () => this.tryCollection());
    this.countAll = calm(700, () => this.funnel(null));
  }

  /** The rule as the program wants it. */
  get edit() {
    return { file: this.rule.file, original: this.rule.original, base: this.rule.base ?? null, toml: this.editor.text };
  }

  /** Opens a rule that `api` gave; a rule that is not the own one is only shown. */
  open(rule) {
    this.rule = rule;
    this.form.extra.clear();
    this.form.typed = null;
    this.trial = this.job = this.late = null;
    this.counts = {};
    if (!rule.own) return this.drawReadOnly();
    this.saved = rule.original ? rule.toml : null;
    this.rule.base ??= this.saved;
    this.draw();
    this.take(rule);
    this.changed();
  }

  close() {
    this.rule = null;
    clearTimeout(this.timer);
    store({ edit: null });
    stop("job").catch(() => {});
    this.element.replaceChildren(h("p", { class: "quiet pad" }, t("noRule")));
    this.page.tryOut(null);
  }

  get isChanged() {
    return Boolean(this.rule?.own) && this.editor.text !== this.saved;
  }

  /** An edit that was not saved when the page was left. */
  async restore() {
    const edit = stored().edit;
    if (!edit) return false;
    const rule = await post("read", edit).catch(() => null);
    if (!rule) return false;
    this.open({ ...rule, own: true });
    // What stands in the file is not known here; the server compares with `base`.
    this.saved = edit.base ?? null;
    this.page.tell(t("restored"));
    return true;
  }

  drawReadOnly() {
    const { rule } = this;
    this.element.replaceChildren(
      h("p", { class: "rule-name" }, `${rule.file} › ${rule.original}`, " ", this.page.badge(rule.rule)),
      h("p", { class: "sentence" }, said(rule.sentence)),
      h("p", { class: "hint" }, t("readOnly")),
      rule.shipped ? h("p", { class: "buttons" },
        this.page.host() ? h("button", { id: "switch-off-here", onclick: () => this.page.off(rule.rule, this.page.host()) }, t("offForSite", { host: this.page.host() })) : null,
        h("button", { id: "switch-off", onclick: () => this.page.off(rule.rule, null) }, t("offEverywhere"))) : null,
      h("pre", { class: "toml", tabindex: "0" }, rule.toml));
    this.page.tryOut(null);
  }

  draw() {
    this.editor = new Editor(t("text"), (text) => this.typed(text));
    this.sentence = h("p", { class: "sentence", role: "status", id: "sentence" });
    this.site = h("div", { class: "site" });
    this.problems = h("ul", { class: "problems", role: "alert" });
    this.examples = h("div");
    this.trialBox = h("div", { id: "trial" });
    this.state = h("span", { class: "badge" });
    this.fires = h("span");
    this.funnelBox = h("div", { id: "funnel" });
    this.funnelFold = h("details", { ontoggle: () => this.drawFunnel(true) }, h("summary", {}, t("funnel")), this.funnelBox);
    this.element.replaceChildren(
      h("div", { class: "rule-head" }, h("span", { class: "quiet grow" }, this.rule.file), this.state, this.fires,
        h("button", { class: "primary", id: "save", onclick: () => this.save() }, t("save")),
        h("button", { id: "discard", onclick: () => this.close() }, t("discard"))),
      this.sentence, this.problems, this.trialBox, this.site, this.form.element, this.funnelFold,
      h("details", { open: true }, h("summary", {}, t("text")), this.editor.element),
      h("section", {}, h("h3", {}, t("examples")), this.examples));
    this.editor.text = this.rule.toml;
  }

  /** Draws everything anew in another language. */
  async redraw() {
    if (!this.rule) return this.element.replaceChildren(h("p", { class: "quiet pad" }, t("noRule")));
    if (!this.rule.own) return this.drawReadOnly();
    this.form.flush();
    await this.setting;
    const { edit } = this;
    const answer = await post("read", edit).catch(() => null);
    if (!answer) return;
    this.form.element.replaceChildren();
    this.rule = { ...this.rule, toml: edit.toml };
    this.draw();
    this.take(answer);
    this.drawTrial();
  }

  /** Takes over what the library read in the text. */
  take(answer) {
    if (answer.toml !== this.editor.text) this.editor.text = answer.toml;
    this.editor.underline(answer.mistakes);
    const wrong = answer.mistakes.filter((one) => one.level === "error");
    this.problems.replaceChildren(...wrong.map((one) => h("li", {}, `${t("lineNumber")} ${one.line}: ${said(one)}`)));
    this.sentence.textContent = answer.sentence ? said(answer.sentence) : "";
    if (answer.fields) {
      this.form.draw(answer.fields);
      this.drawSite(answer.fields);
    }
    this.state.textContent = answer.is_keep ? t("keeps") : answer.status ? t(answer.status) : "";
    this.fields = answer.fields ?? this.fields;
    this.fires.replaceChildren(this.rule.original ? this.page.badge(`${this.rule.file.replace(/\.toml$/, "")} › ${this.rule.original}`) : "");
    this.state.className = `badge ${answer.status ?? ""}`;
    this.examples.replaceChildren(h("ul", { class: "conditions" }, (answer.examples ?? []).map((one) =>
      h("li", { class: one.holds ? "holds" : "fails" }, h("span", { class: "tick" }, one.holds ? "✔" : "✘"),
        h("span", { class: "quiet" }, one.field ? `${t(one.field)} ` : ""), one.text ?? said(one.error)))));
  }

  /** One switch: for the site of the document only, or for all. */
  drawSite(fields) {
    const host = this.page.host();
    const sites = fields.find((field) => field.name === "sites");
    if (!host || !sites?.shown) return this.site.replaceChildren();
    const given = (sites.value ?? "").split("\n").filter(Boolean);
    const box = h("input", { type: "checkbox", id: "only-here", onchange: () => this.set("sites", box.checked ? host : "") });
    box.checked = given.includes(host);
    const except = fields.find((field) => field.name === "except_sites");
    const off = h("input", { type: "checkbox", id: "off-here", onchange: () => {
      const others = (except.value ?? "").split("\n").filter((one) => one && one !== host);
      this.set("except_sites", [...others, ...(off.checked ? [host] : [])].join("\n"));
    } });
    off.checked = (except?.value ?? "").split("\n").includes(host);
    this.site.replaceChildren(
      h("label", { class: "check" }, box, t("site", { host })),
      except?.shown && !box.checked ? h("label", { class: "check" }, off, t("offHere", { host })) : "");
  }

  typed() {
    this.changed();
    this.read(this.edit).then((answer) => answer && this.take(answer), (error) => this.page.tell(error.message));
  }

  /** Changes one setting through the form. Changes wait for each other: each starts from the text that the last one gave. */
  set(field, value) {
    const { rule } = this;
    this.setting = this.setting.then(() => (this.rule === rule ? this.setNow(field, value) : null));
    return this.setting;
  }

  async setNow(field, value) {
    try {
      const { edit, rule } = this;
      const answer = await post("set", { ...edit, field, value });
      if (this.rule !== rule) return;
      // Somebody typed into the text meanwhile, which must not be lost.
      if (this.editor.text !== edit.toml) return await this.setNow(field, value);
      this.take(answer);
      this.changed();
    } catch (error) {
      this.problems.replaceChildren(h("li", {}, error.message));
    }
  }

  /** The text is another one: keep it, and try it. */
  changed() {
    store({ edit: this.isChanged ? this.edit : null });
    // The run over all documents is about an older text, and takes time from this one.
    clearTimeout(this.timer);
    if (this.job && !this.job.finished) stop("job").catch(() => {});
    this.tryHere();
    if (this.funnelFold?.open) this.drawFunnel(true);
    this.collection();
  }

  async tryHere() {
    if (!this.rule?.own || state.doc === null) return;
    try {
      const began = performance.now();
      const answer = await this.tryDocument({ document: state.doc, ...this.edit });
      if (!answer || !this.rule) return;
      this.page.tryOut(answer.view);
      this.trial = answer.moved;
      this.late = answer.late;
      this.drawTrial();
      // For those who measure how long an editor waits (tests/studio/figures.mjs).
      Object.assign(this.element.dataset, { millis: Math.round(performance.now() - began), tries: Number(this.element.dataset.tries ?? 0) + 1 });
    } catch (error) {
      this.page.tell(error.message);
    }
  }

  async tryCollection() {
    if (!this.rule?.own) return;
    const { started } = await post("job", this.edit).catch(() => ({ started: false }));
    if (started) this.watch();
  }

  async watch() {
    clearTimeout(this.timer);
    const job = await get("job").catch(() => null);
    if (!job || !this.rule) return;
    this.job = job;
    this.drawTrial();
    if (!job.finished && !job.cancelled) this.timer = setTimeout(() => this.watch(), 150);
  }

  drawTrial() {
    this.trialBox.replaceChildren(trialView(this.trial, this.job, {
      late: this.late, isOpen: this.samplesOpen ?? false, opened: (open) => { this.samplesOpen = open; },
      cancel: () => stop("job"), again: () => this.tryCollection(), goTo: this.page.goTo,
    }));
  }

  /** The counts of the conditions: of this document at once, of all a little later. */
  drawFunnel(ask) {
    if (!this.funnelFold.open) return;
    if (ask) {
      if (state.doc !== null) this.funnel(state.doc);
      this.countAll();
    }
    this.funnelBox.replaceChildren(funnelView(this.counts, this.fields ?? []));
  }

  async funnel(document) {
    if (!this.rule?.own) return;
    const ask = document === null ? post("funnel", { document, ...this.edit }) : this.askFunnel({ document, ...this.edit });
    const answer = await ask.catch(() => null);
    if (!answer || !this.rule?.own) return;
    this.counts[document === null ? "all" : "here"] = answer;
    this.drawFunnel(false);
  }

  async save() {
    this.form.flush();
    await this.setting;
    try {
      const diff = await post("diff", this.edit);
      saveDialog(diff, {
        save: () => this.write(diff.seen),
        onTrial: async () => {
          this.take(await post("set", { ...this.edit, field: "status", value: "trial" }));
          await this.write(diff.seen);
        },
      });
    } catch (error) {
      this.page.tell(error.message);
    }
  }

  async write(seen) {
    try {
      const answer = await post("save", { ...this.edit, seen });
      store({ edit: null });
      this.page.tell(t("saved", { file: answer.file }));
      this.open(await get(`rule?rule=${encodeURIComponent(answer.rule)}`));
      this.page.saved(answer);
    } catch (error) {
      this.page.tell(error.message);
    }
  }
}
