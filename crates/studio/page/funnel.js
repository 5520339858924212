// How many lines pass the conditions of the edited rule, one after the other.

import { h } from "./dom.js";
import { language, t } from "./words.js";

/** `counts.here` and `counts.all` are what the library counted; `fields` give the conditions their names. */
export function funnelView(counts, fields) {
  const some = counts.here ?? counts.all;
  if (!some) return h("p", { class: "quiet" }, t("counting"));
  const label = (name) => (language() === "zh" ? fields.find((field) => field.name === name)?.label ?? name : name);
  const of = (funnel, name) => funnel?.steps.find(([step]) => step === name)?.[1];
  const show = (number) => (number === undefined ? "…" : number.toLocaleString());
  const row = (name, here, all) => {
    const most = (counts.all ?? counts.here).lines || 1;
    const bar = h("span", { class: "chart-bar", "aria-hidden": "true" });
    const part = ((counts.all ? all : here) ?? 0) / most;
    // Most conditions leave few of many lines: the root keeps those apart that can be seen at all.
    bar.style.width = `${part > 0 ? Math.max(2, Math.sqrt(part) * 100) : 0}%`;
    return h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "chart-number" }, show(here)), h("td", { class: "chart-number" }, show(all)), h("td", { class: "chart-cell" }, bar));
  };
  return h("table", { class: "funnel" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("condition")), h("th", { scope: "col", class: "chart-number" }, t("here")), h("th", { scope: "col", class: "chart-number" }, t("everywhere")), h("td", {}))),
    h("tbody", {}, row(t("funnelLines"), counts.here?.lines, counts.all?.lines),
      some.steps.map(([name]) => row(label(name), of(counts.here, name), of(counts.all, name))),
      row(t("funnelGoes"), counts.here?.goes, counts.all?.goes)));
}
