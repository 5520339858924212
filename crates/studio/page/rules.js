// The rules as the page knows them, and the list of them.

import { get } from "./api.js";
import { h } from "./dom.js";
import { t } from "./words.js";

export class Rules {
  constructor() {
    this.rows = [];
    this.listeners = [];
  }

  async load() {
    const answer = await get("rules");
    Object.assign(this, { rows: answer.rules, mistakes: answer.mistakes, trouble: answer.trouble, undo: answer.undo, lang: answer.lang, folder: answer.folder, unread: answer.unread });
    this.byName = new Map(this.rows.map((row) => [row.rule, row]));
    this.listeners.forEach((listener) => listener());
  }

  onLoad(listener) {
    this.listeners.push(listener);
  }
}

/** The badges of a rule: on, on trial or off; and whether it fires here, elsewhere or never. */
export function badges(row, firing) {
  if (!row) return [];
  const here = firing.has(row.rule);
  const fires = here ? t("firesHere") : row.documents > 0 ? t("fires", { n: row.documents }) : t("neverHit");
  return [h("span", { class: `badge ${row.status}` }, t(row.status)), " ", h("span", { class: here ? "badge here" : "badge" }, fires)];
}

/** The list of all rules with a field to find some; `open` is called with a full name. */
export function ruleList(rules, firing, open) {
  const field = h("input", { type: "search", class: "wide", placeholder: t("filterRules"), "aria-label": t("filterRules") });
  const box = h("div", { class: "rule-list" });
  const draw = () => {
    const wanted = field.value.toLowerCase();
    const found = rules.rows.filter((row) => row.rule.toLowerCase().includes(wanted));
    found.sort((a, b) => Number(firing.has(b.rule)) - Number(firing.has(a.rule)) || b.documents - a.documents);
    const group = (own) => {
      const rows = found.filter((row) => row.own === own).slice(0, 300);
      return rows.length === 0 ? [] : [
        h("h3", {}, t(own ? "own" : "shipped")),
        h("ul", {}, rows.map((row) => h("li", {},
          h("button", { class: "link", onclick: () => open(row.rule) }, row.name), h("span", { class: "quiet" }, row.file), badges(row, firing)))),
      ];
    };
    box.replaceChildren(...group(true), ...group(false));
  };
  field.addEventListener("input", draw);
  draw();
  return h("div", {}, field, box);
}
