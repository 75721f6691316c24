import { lastStateOf } from '../../overwritten.ts';

const ESCAPE_SEQUENCES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]|[\u0090\u0098\u009d-\u009f][^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g;
const OTHER_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Tags, bidirectional controls, and variation selectors beyond the one that a character may have. */
const HIDDEN =
  /[\u{e0000}-\u{e007f}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?<=[\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

/** Makes the output of a program readable for a model: no escape sequences, no overwritten lines, nothing hidden. */
export function plainOutput(text: string): string {
  const lines = text.split('\n').map((line) => line.slice(lastStateOf(line)));
  return showHidden(lines.join('\n').replace(ESCAPE_SEQUENCES, '').replace(OTHER_CONTROLS, ''));
}

/** Shows characters that a person would not see as `\u{202e}`, so that no instruction is delivered unseen. */
export function showHidden(text: string): string {
  return text.toWellFormed().replace(HIDDEN, (hidden) => `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`);
}
