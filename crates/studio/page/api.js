// Asks the program. A refusal comes back as an error with the words of the library.

import { said, t } from "./words.js";

const base = new URL("api/", document.baseURI);

/** The program has ended, so nobody answers. */
export class Offline extends Error {}

/** How often this page began or ended to change files. What it wrote itself is no news for it. */
export const own = { writes: 0 };
const WRITES = ["save", "undo", "change/save"];

async function ask(method, path, body) {
  if (!WRITES.includes(path)) return send(method, path, body);
  own.writes += 1;
  return send(method, path, body).finally(() => { own.writes += 1; });
}

async function send(method, path, body) {
  let response;
  try {
    response = await fetch(new URL(path, base), {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Offline(t("offline"));
  }
  if (response.status === 413) throw new Error(t("tooLong"));
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(said(answer) || `${response.status}`);
  return answer;
}

export const get = (path) => ask("GET", path);
export const post = (path, body = {}) => ask("POST", path, body);
export const stop = (path) => ask("DELETE", path);

/** Asks again and again, but only the newest answer counts: an older one gives `undefined`. */
export function newest(work) {
  let number = 0;
  return async (...given) => {
    const mine = ++number;
    const answer = await work(...given);
    return mine === number ? answer : undefined;
  };
}
