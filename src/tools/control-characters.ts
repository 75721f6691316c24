/** What no line of a command holds on purpose: control characters but tabs and line ends, and halves of characters. */
export const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f\p{Surrogate}]/u;
/** The same for a path, which is one line. */
export const PATH_CONTROL_CHARACTER = /[\u0000-\u001f\u007f\p{Surrogate}]/u;
