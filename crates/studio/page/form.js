// The form of a rule. It shows what the library read in the text, and asks the library to change the text.

import { h } from "./dom.js";
import { language, t } from "./words.js";

/** How long nothing must be typed until the form passes on what was. */
const CALM = 250;

/** Draws the form anew, except for the control in which somebody is typing. `set` is called with a field and a value. */
export class Form {
  constructor(set) {
    this.set = set;
    this.extra = new Set();
    this.element = h("div", { class: "form" });
  }

  draw(fields) {
    this.fields = fields;
    const busy = this.element.contains(document.activeElement) ? document.activeElement : null;
    const held = busy?.dataset.field;
    const shown = fields.filter((field) => field.set || this.extra.has(field.name) || (field.basic && ["name", "status"].includes(field.name)));
    const rest = fields.filter((field) => !shown.includes(field));
    const rows = shown.map((field) => (held === field.name ? busy.closest(".field") : this.field(field)));
    const add = h("select", { "aria-label": t("add"), class: "add", onchange: () => this.add(add.value) },
      h("option", { value: "" }, t("add")),
      rest.map((field) => h("option", { value: field.name, title: this.about(field) }, this.label(field))));
    // The control with the focus stays where it is: taking it out of the page would end the typing.
    if (held && rows.includes(busy.closest(".field"))) {
      const own = busy.closest(".field");
      for (const child of [...this.element.children]) if (child !== own) child.remove();
      const at = rows.indexOf(own);
      own.before(...rows.slice(0, at));
      own.after(...rows.slice(at + 1), add);
    } else {
      this.element.replaceChildren(...rows, add);
    }
  }

  /** Passes on what is being typed a little later. */
  later(field, control) {
    if (this.typed?.field !== field) this.flush();
    this.typed = { field, control };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), CALM);
  }

  /** Passes it on now: whoever saves, or changes something else, does not lose it. */
  flush() {
    clearTimeout(this.timer);
    const { typed } = this;
    this.typed = null;
    if (typed) this.set(typed.field, typed.control.value);
  }

  add(name) {
    if (!name) return;
    this.extra.add(name);
    this.draw(this.fields);
    this.element.querySelector(`[data-field="${name}"]`)?.focus();
  }

  label(field) {
    return language() === "zh" ? field.label : field.name;
  }

  about(field) {
    return language() === "zh" ? field.zh : field.en;
  }

  field(field) {
    const id = `field-${field.name}`;
    const control = field.shown ? this.control(field, id) : h("p", { class: "quiet", id }, t("onlyText"));
    const label = h("label", { for: id, title: this.about(field) }, this.label(field));
    return h("div", { class: "field", title: this.about(field) }, label, control);
  }

  control(field, id) {
    const value = field.value ?? "";
    const attributes = { id, "data-field": field.name, "aria-description": this.about(field) };
    const send = (control) => {
      this.flush();
      this.set(field.name, control.value);
    };
    if (field.kind === "choice" || field.kind === "yes") {
      const choices = field.kind === "yes" ? [{ value: "true", label: "✔" }, { value: "false", label: "✘" }] : field.choices;
      const known = choices.some((one) => one.value === value);
      const select = h("select", { ...attributes, onchange: () => send(select) },
        known ? null : h("option", { value }, value || (field.default && `(${field.default})`) || "—"),
        choices.map((one) => h("option", { value: one.value, title: language() === "zh" ? one.zh : one.en }, language() === "zh" ? one.label : one.value)));
      select.value = value;
      return select;
    }
    if (field.kind === "lines") {
      const area = h("textarea", { ...attributes, rows: Math.min(6, Math.max(1, value.split("\n").length)), oninput: () => this.later(field.name, area) });
      area.value = value;
      return area;
    }
    const list = field.choices.length > 0 ? h("datalist", { id: `${id}-list` }, field.choices.map((one) => h("option", { value: one.value }))) : null;
    const input = h("input", {
      ...attributes, type: field.kind === "number" ? "number" : "text", placeholder: field.default, value,
      list: list ? `${id}-list` : null, oninput: () => this.later(field.name, input),
    });
    return list ? [input, list] : input;
  }
}
