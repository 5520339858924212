// Changes of files that are no edit of one rule: the diff is shown first, then it is written.

import { post } from "./api.js";
import { saveDialog } from "./save.js";

/** Shows what `change` does; `done` is called when it was written, `failed` with the reason when not. */
export async function proposeChange(change, done, failed) {
  try {
    const diff = await post("change/diff", change);
    saveDialog(diff, {
      save: async () => {
        try {
          done(await post("change/save", { ...change, seen: diff.seen }));
        } catch (error) {
          failed(error);
        }
      },
    });
  } catch (error) {
    failed(error);
  }
}
