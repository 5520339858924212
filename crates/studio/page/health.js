// The sums of the collection as bars. Each bar leads to the documents behind it.

import { h } from "./dom.js";
import { t } from "./words.js";

/** `act` has `show(rule)`, `category(name)`, `guard(name)` and `open(rule)`. */
export function healthView(sums, act) {
  const percent = sums.chars > 0 ? Math.round((sums.removed * 1000) / sums.chars) / 10 : 0;
  const rules = [...sums.rules].sort((a, b) => b.lines - a.lines).slice(0, 30);
  return h("div", { class: "health" },
    h("p", { class: "big" }, t("removedShare", { documents: sums.documents, n: percent })),
    chart(t("byCategory"), Object.entries(sums.categories).filter(([, chars]) => chars > 0).map(([name, chars]) => ({ name, number: chars, category: name, act: () => act.category(name) }))
      .concat(sums.finder[1] > 0 ? [{ name: t("finder"), number: sums.finder[1], category: "finder", act: () => act.category("finder") }] : [])),
    chart(t("byRuleChart"), rules.map((one) => ({ name: one.rule, number: one.lines, act: () => act.show(one.rule) }))),
    chart(t("guards"), Object.entries(sums.guards).map(([name, number]) => ({ name, number, act: () => act.guard(name) }))),
    h("p", { class: "quiet" }, t("never", { n: sums.never })),
    sums.never_own.length > 0 && h("p", { class: "quiet" }, t("neverOwn")),
    h("ul", {}, sums.never_own.map((name) => h("li", {}, h("button", { class: "link", onclick: () => act.open(name) }, name)))));
}

function chart(title, rows) {
  if (rows.length === 0) return null;
  const most = Math.max(...rows.map((row) => row.number));
  const sorted = [...rows].sort((a, b) => b.number - a.number);
  return h("section", { class: "chart" }, h("h3", {}, title), h("ul", {}, sorted.map((row) => {
    const bar = h("span", { class: row.act ? "chart-bar leads" : "chart-bar", onclick: row.act, "data-category": row.category, "aria-hidden": "true" });
    bar.style.width = `${Math.max(1, (row.number * 100) / most)}%`;
    const name = row.act ? h("button", { class: "link", onclick: row.act }, row.name) : row.name;
    return h("li", {}, h("span", { class: "chart-name" }, name), h("span", { class: "chart-space" }, bar), h("span", { class: "chart-number" }, row.number.toLocaleString()));
  })));
}
