// What the page shows. It stands in the address, so that the page can be reloaded and its address passed on; an unsaved
// rule stands in the browser's own store.

const listeners = new Map();

/** The state: a document, a line of it, the filters, the view. */
export const state = { doc: null, line: null, text: "", rule: "", emptied: false, category: "", guard: "", view: "both" };

/** Calls `listener` when one of these parts of the state has changed. */
export function on(parts, listener) {
  for (const part of parts) listeners.set(part, [...(listeners.get(part) ?? []), listener]);
}

/** Changes parts of the state. */
export function change(parts) {
  const changed = Object.keys(parts).filter((part) => state[part] !== parts[part]);
  Object.assign(state, parts);
  write();
  tell(changed);
}

function tell(changed) {
  const called = new Set(changed.flatMap((part) => listeners.get(part) ?? []));
  called.forEach((listener) => listener(changed));
}

function write() {
  const parts = new URLSearchParams();
  if (state.doc !== null) parts.set("doc", state.doc);
  if (state.line !== null) parts.set("line", state.line);
  if (state.text) parts.set("text", state.text);
  if (state.rule) parts.set("rule", state.rule);
  if (state.emptied) parts.set("emptied", "1");
  if (state.category) parts.set("category", state.category);
  if (state.guard) parts.set("guard", state.guard);
  if (state.view !== "both") parts.set("view", state.view);
  const hash = parts.size > 0 ? `#${parts}` : "";
  history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
}

/** Takes the state from the address. */
export function read() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const number = (name) => (/^\d+$/.test(parts.get(name) ?? "") ? Number(parts.get(name)) : null);
  Object.assign(state, {
    doc: number("doc"),
    line: number("line"),
    text: parts.get("text") ?? "",
    rule: parts.get("rule") ?? "",
    emptied: parts.has("emptied"),
    category: parts.get("category") ?? "",
    guard: parts.get("guard") ?? "",
    view: ["original", "body"].includes(parts.get("view")) ? parts.get("view") : "both",
  });
}

const STORE = "dehusk-studio";

/** The parts kept in the browser's store: `lang`, `theme`, `edit`. */
export function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

export function store(parts) {
  try {
    localStorage.setItem(STORE, JSON.stringify({ ...stored(), ...parts }));
  } catch {
    // A full or forbidden store costs only the memory of this page.
  }
}
