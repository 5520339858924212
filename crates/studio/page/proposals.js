// Rules that nobody wrote yet: proposed from what repeats, learnt of a site, or brought from another program.

import { get, post } from "./api.js";
import { h } from "./dom.js";
import { said, t } from "./words.js";

/** A list of proposals; `act` has `take(change, done)` and `find(text)`. */
function proposalList(answer, act) {
  const take = (tables, mark) => act.take({ change: "add", file: answer.file, tables }, mark);
  const one = (proposal) => {
    const button = h("button", { class: "take", onclick: () => take([proposal.toml], () => { button.disabled = true; button.textContent = t("taken"); }) }, t("takeTrial"));
    const first = proposal.examples[0];
    return h("li", { class: "reason" },
      h("p", { class: "rule-name" }, proposal.name, " ",
        proposal.documents ? h("span", { class: "badge" }, t("seenIn", { n: proposal.documents })) : null, " ",
        proposal.site ? h("span", { class: "badge" }, proposal.site) : null),
      h("p", {}, said(proposal.sentence)),
      h("ul", { class: "proposal-lines" }, proposal.examples.slice(0, 3).map((line) => h("li", {}, line))),
      h("details", {}, h("summary", {}, t("text")), h("pre", { class: "toml", tabindex: "0" }, proposal.toml)),
      h("p", { class: "actions" }, button, first && act.find ? h("button", { class: "link", onclick: () => act.find(first) }, t("findDocs")) : null));
  };
  const all = answer.proposals;
  const refused = answer.refused ?? [];
  return h("div", {},
    h("p", { class: "actions" },
      h("span", { class: "grow" }, answer.documents === undefined ? t("nothingOverwritten") : t("found", { n: all.length, documents: answer.documents })),
      all.length > 1 ? h("button", { id: "take-all", onclick: (event) => take(all.map((each) => each.toml), () => { event.target.disabled = true; }) }, t("takeAll")) : null),
    all.length === 0 ? h("p", { class: "quiet" }, t("noProposals")) : h("ul", { class: "proposals" }, all.map(one)),
    refused.length > 0 ? h("details", { open: all.length === 0 }, h("summary", {}, `${t("notTaken")} (${refused.length})`),
      h("ul", {}, refused.slice(0, 200).map((each) => h("li", { class: "refused" }, h("b", {}, each.what), ` ${said(each)}`)))) : null);
}

/** Asks, and shows the answer or why there is none. */
async function fill(box, work, act) {
  box.replaceChildren(h("p", { class: "quiet", role: "status" }, t("counting")));
  try {
    box.replaceChildren(proposalList(await work, act));
  } catch (error) {
    box.replaceChildren(h("p", { class: "alarm", role: "alert" }, error.message));
  }
}

/** What many documents share, or one site repeats. */
export function proposalsView(act) {
  const box = h("div", { class: "results" });
  const site = h("select", { id: "learn-site", "aria-label": t("ofSite"), onchange: () => {
    if (site.value) fill(box, get(`learn?site=${encodeURIComponent(site.value)}`), act);
  } }, h("option", { value: "" }, t("chooseSite")));
  get("sites").then(({ sites, fewest }) => {
    site.append(...sites.map(([name, pages]) => h("option", { value: name }, `${name} (${pages})`)));
    if (sites.length === 0) site.replaceChildren(h("option", { value: "" }, t("noSites", { n: fewest })));
  }, () => {});
  return h("div", {}, h("div", { class: "buttons" },
    h("button", { id: "suggest", class: "primary", onclick: () => fill(box, get("suggest"), act) }, t("repeated")),
    h("label", { class: "check" }, t("ofSite"), site)), box);
}

/** Phrases of a list, or rules of another program. */
export function importView(act, host) {
  const box = h("div", { class: "results" });
  const kind = h("select", { id: "import-kind", "aria-label": t("importKind") },
    h("option", { value: "phrases" }, t("importPhrases")), h("option", { value: "legado" }, t("importLegado")));
  const text = h("textarea", { id: "import-text", rows: "6", class: "wide", "aria-label": t("importText"), placeholder: t("importText") });
  const name = h("input", { type: "text", id: "import-name", "aria-label": t("importName"), placeholder: t("importName") });
  const site = h("input", { type: "text", id: "import-site", "aria-label": t("pasteHost"), placeholder: t("pasteHost"), value: host ?? "" });
  let file = "";
  const chosen = h("input", { type: "file", id: "import-file", "aria-label": t("importFile"), accept: ".txt,.csv,.tsv,.json", onchange: async () => {
    if (!chosen.files[0]) return;
    file = chosen.files[0].name;
    text.value = await chosen.files[0].text();
    if (file.endsWith(".json")) kind.value = "legado";
  } });
  const go = () => fill(box, post("import", { kind: kind.value, file, text: text.value, name: name.value, site: site.value }), act);
  return h("div", {}, h("p", { class: "buttons" }, kind, chosen), text,
    h("p", { class: "buttons" }, name, site, h("button", { class: "primary", id: "import-go", onclick: go }, t("importGo"))), box);
}
