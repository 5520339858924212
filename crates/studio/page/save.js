// What saving would change in the file, shown before it is written.

import { h } from "./dom.js";
import { said, t } from "./words.js";

/** Shows the diff; `act` has `save()` and `onTrial()`. */
export function saveDialog(diff, act) {
  const mark = { "+": "added", "-": "taken", " ": "same" };
  const close = () => { dialog.close(); dialog.remove(); };
  const done = (work) => () => { close(); work(); };
  const dialog = h("dialog", { class: "dialog", id: "diff", "aria-labelledby": "diff-title", onclose: () => dialog.remove() },
    h("h2", { id: "diff-title" }, t("diff", { file: diff.file })),
    h("pre", { class: "diff", tabindex: "0" }, diff.lines.map(([tag, text]) => h("span", { class: mark[tag] }, `${tag} ${text}\n`))),
    diff.conflict ? h("p", { class: "alarm", role: "alert", id: "conflict" }, t("conflict", { why: said(diff.conflict) })) : null,
    diff.danger ? h("p", { class: "alarm", role: "alert" }, t("danger", { why: said(diff.danger) })) : null,
    h("p", { class: "buttons" },
      diff.danger ? h("button", { class: "primary", id: "save-trial", onclick: done(act.onTrial) }, t("saveTrial"))
        : h("button", { class: "primary", id: "save-now", onclick: done(act.save) }, t("saveNow")),
      h("button", { onclick: close }, t("back"))));
  document.body.append(dialog);
  dialog.showModal();
}
