// What the edited rule would do: to the open document, and to all of them.

import { h } from "./dom.js";
import { said, t } from "./words.js";

/** `moved`: the lines of the open document; `job`: the comparison of the collection. Either may be missing. */
export function trialView(moved, job, act) {
  const late = act.late ? h("p", { class: "alarm" }, said(act.late)) : null;
  const line = (one) => h("li", { class: one.goes ? "gone" : "kept" },
    h("span", { class: "tick", "aria-hidden": "true" }, one.goes ? "−" : "+"), one.text,
    one.looks.sentence ? h("span", { class: "badge alarm" }, t("sentence")) : null,
    one.looks.headline ? h("span", { class: "badge alarm" }, t("headline")) : null);
  const count = (goes) => moved.filter((one) => one.goes === goes).length;
  const row = (title, ...content) => h("div", { class: "row-of" }, h("span", { class: "quiet" }, title), h("div", {}, content));
  const here = moved ? row(t("here"),
    h("p", { id: "here" }, moved.length === 0 ? t("nothing") : t("moves", { more: count(true), less: count(false) }))) : null;
  if (!job) return h("div", { class: "trial-result" }, here, late);
  const risky = job.sentences + job.headlines;
  // As long as documents are missing, nobody knows that nothing changes.
  const none = t(job.finished || job.cancelled ? "nothing" : "counting");
  const samples = h("ul", { class: "samples" }, job.samples.map((one) => {
    const [document, number] = one.place.split(":").map(Number);
    const item = line(one);
    item.append(h("button", { class: "link", "aria-label": `${t("goTo")}: ${one.text}`, onclick: () => act.goTo(document, number) }, "→"));
    return item;
  }));
  return h("div", { class: "trial-result" }, here, late, row(t("everywhere"),
    h("p", { id: "everywhere" }, job.changed === 0 ? none : t("ofDocuments", { ...job, n: job.changed })),
    risky > 0 ? h("p", { class: "alarm" }, t("sentences", { n: risky })) : null, progress(job, act),
    job.failed.length > 0 ? h("p", { class: "alarm" }, t("failedDocs", { n: job.failed.length })) : null),
  job.samples.length > 0 ? h("details", { open: act.isOpen, ontoggle: (event) => act.opened(event.target.open) }, h("summary", {}, t("lines")), samples) : null);
}

function progress(job, act) {
  if (job.finished) return null;
  const bar = h("progress", { max: job.all, "aria-label": t("everywhere") });
  bar.value = job.done;
  return h("p", { class: "progress" }, bar, h("span", { class: "quiet" }, `${job.done} / ${job.all}`),
    job.cancelled ? h("button", { onclick: act.again }, t("again")) : h("button", { onclick: act.cancel }, t("cancel")));
}
