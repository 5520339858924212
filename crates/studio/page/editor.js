// The editor for the text of a rule: CodeMirror with TOML, and the mistakes that the library found, underlined.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const setMistakes = StateEffect.define();

const mistakes = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    marks = marks.map(change.changes);
    for (const effect of change.effects) {
      if (effect.is(setMistakes)) marks = effect.value;
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = HighlightStyle.define([
  { tag: tags.string, color: "var(--string)" },
  { tag: tags.propertyName, color: "var(--key)" },
  { tag: tags.number, color: "var(--key)" },
  { tag: tags.atom, color: "var(--key)" },
  { tag: tags.bool, color: "var(--key)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

export class Editor {
  /** `changed` is called with the text when a person changes it; `save` for Ctrl-S. */
  constructor(label, changed) {
    this.quiet = false;
    this.view = new EditorView({
      state: EditorState.create({
        doc: "",
        extensions: [
          // The policy of the page lets in only styles that bear this number.
          EditorView.cspNonce.of(document.querySelector("meta[name=nonce]").content),
          history(), mistakes, StreamLanguage.define(toml), syntaxHighlighting(colours), EditorView.lineWrapping,
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !this.quiet) changed(this.text);
          }),
        ],
      }),
    });
    this.element = this.view.dom;
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Replaces the text without telling; the place of the cursor stays as far as it can. */
  set text(text) {
    if (text === this.text) return;
    this.quiet = true;
    const head = Math.min(this.view.state.selection.main.head, text.length);
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, selection: { anchor: head } });
    this.quiet = false;
  }

  /** Underlines mistakes: their places are UTF-16 units of the text. */
  underline(found) {
    const length = this.view.state.doc.length;
    const marks = found
      .map((one) => ({ ...one, from: Math.min(one.from, length), to: Math.min(Math.max(one.to, one.from + 1), length) }))
      .filter((one) => one.to > one.from)
      .sort((a, b) => a.from - b.from)
      .map((one) => Decoration.mark({ class: `mistake ${one.level}` }).range(one.from, one.to));
    this.view.dispatch({ effects: setMistakes.of(Decoration.set(marks, true)) });
  }
}
