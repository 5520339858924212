// Why a line goes or stays, in the words of the library.

import { h } from "./dom.js";
import { said, t } from "./words.js";

/** The answer to "why?" as elements. `act` has `open(rule)`, `show(rule)`, `tryStep(rule, set)`, `stay()`, `off(rule, host)`,
    `badge(rule)` and `host()`. */
export function whyView(answer, act) {
  const { open, show } = act;
  const list = (conditions) => h("ul", { class: "conditions" }, conditions.map((one) =>
    h("li", { class: one.holds ? "holds" : "fails" }, h("span", { class: "tick", "aria-hidden": "true" }, one.holds ? "✔" : "✘"), said(one))));
  const rule = (one) => h("div", { class: "reason" },
    h("p", { class: "rule-name" }, one.rule, " ", act.badge(one.rule)),
    list(one.conditions.filter((condition) => !(condition.holds && condition.condition === "max_share"))),
    one.next_step ? h("p", { class: "hint" }, said(one.next_step), " ",
      one.next_step.set?.length > 0 && act.isOwn(one.rule)
        ? h("button", { class: "link", onclick: () => act.tryStep(one.rule, one.next_step.set) }, t("tryStep")) : null) : null,
    h("p", { class: "actions" }, h("button", { class: "link", onclick: () => open(one.rule) }, t("openRule")),
      h("button", { class: "link", onclick: () => show(one.rule) }, t("show")),
      answer.fate !== "stays" && act.host() && !act.isOwn(one.rule)
        ? h("button", { class: "link off-here", onclick: () => act.off(one.rule, act.host()) }, t("offForSite", { host: act.host() })) : null));
  const reason = (one) => one.rule ? rule(one)
    : one.finder ? h("div", { class: "reason" }, h("p", { class: "rule-name" }, t("finder")), h("p", {}, said(one.finder)))
    : h("p", {}, t("seam"));
  return h("div", { class: "why" },
    h("p", { class: `verdict ${answer.fate}` }, `${t("oneSelected", { n: answer.line })} · ${t(answer.fate)}`),
    h("blockquote", {}, answer.text),
    answer.fate !== "stays" ? h("p", { class: "actions" }, h("button", { class: "link", onclick: () => act.stay() }, t("keepLine"))) : null,
    h("p", { class: "quiet seen" }, `${t("seen")}: `, h("code", {}, answer.seen)),
    answer.reasons.length > 0 ? [h("h3", {}, t("because")), answer.reasons.map(reason)] : null,
    answer.spared.length > 0 ? [h("h3", {}, t("held")), answer.spared.map((one) =>
      h("div", { class: "reason" }, h("p", { class: "rule-name" }, one.rule), h("p", {}, said(one)),
        h("p", { class: "actions" }, h("button", { class: "link", onclick: () => open(one.rule) }, t("openRule")))))] : null,
    answer.fate === "stays" ? [h("h3", {}, t("nearest")), answer.nearest.length > 0 ? answer.nearest.map(rule) : h("p", { class: "quiet" }, t("noNear"))] : null);
}
