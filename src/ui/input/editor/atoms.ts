import { blockLabel } from '../../../content-text.ts';
import { countLines, formatTextSize } from '../../../format.ts';
import type { ContentBlock, UserContent } from '../../../messages.ts';

/**
 * Something that stands in the text as one character and is shown as a label: a big paste, an image, a file. It moves,
 * is deleted, undone and yanked as a character is.
 */
export type Atom =
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'block'; readonly block: ContentBlock };

/** The last private-use characters stand for atoms. Text that holds some itself is kept in an atom. */
const FIRST_ATOM = 0x10_f000;
const LAST_ATOM = 0x10_fffd;
const ATOM = /[\u{10f000}-\u{10fffd}]/u;
const ATOMS = /([\u{10f000}-\u{10fffd}])/u;

const PASTE_LINES = 10;
const PASTE_BYTES = 1024;

/** Tells whether pasted text is shown as a placeholder: more than ten lines or one kilobyte. */
export function isBigPaste(text: string): boolean {
  return text.length > PASTE_BYTES || Buffer.byteLength(text) > PASTE_BYTES || countLines(text) > PASTE_LINES;
}

/** Tells whether text holds characters that are taken for atoms. */
export function hasAtomCharacters(text: string): boolean {
  return ATOM.test(text);
}

/** The character that stands for the atom with this index; undefined: there are too many. */
export function atomCharacter(index: number): string | undefined {
  return FIRST_ATOM + index > LAST_ATOM ? undefined : String.fromCodePoint(FIRST_ATOM + index);
}

/** Finds the atom that a character stands for. */
export function atomAt(atoms: readonly Atom[], character: string): Atom | undefined {
  const code = character.codePointAt(0) ?? 0;
  return code < FIRST_ATOM ? undefined : atoms[code - FIRST_ATOM];
}

/** Cuts text so that every atom is a part of its own. */
export function splitAtoms(text: string): readonly string[] {
  return ATOM.test(text) ? text.split(ATOMS).filter((part) => part !== '') : [text];
}

const labels = new WeakMap<Atom, string>();

/** How an atom is shown: `[pasted 1.0 MB · 12,345 lines]`. */
export function atomLabel(atom: Atom): string {
  const known = labels.get(atom);
  if (known !== undefined) return known;
  const label = labelOf(atom);
  labels.set(atom, label);
  return label;
}

function labelOf(atom: Atom): string {
  if (atom.kind === 'paste') return `[pasted ${formatTextSize(atom.text)}]`;
  return atom.block.type === 'text' ? '[text]' : blockLabel(atom.block);
}

/** Writes the text out: pastes in full, images and files as their labels. */
export function expandAtoms(text: string, atoms: readonly Atom[]): string {
  return replaceAtoms(text, atoms, (atom) => (atom.kind === 'paste' ? atom.text : atomLabel(atom)));
}

/** Gives what a person can read in the prompt: nothing of what stands behind a label. */
export function withoutAtoms(text: string, atoms: readonly Atom[]): string {
  return replaceAtoms(text, atoms, () => ' ');
}

/** Gives the words with pastes in full, and nothing of images and files. */
export function withoutBlocks(text: string, atoms: readonly Atom[]): string {
  return replaceAtoms(text, atoms, (atom) => (atom.kind === 'paste' ? atom.text : ''));
}

/** Writes the text as it is shown. */
export function labelAtoms(text: string, atoms: readonly Atom[]): string {
  return replaceAtoms(text, atoms, atomLabel);
}

function replaceAtoms(text: string, atoms: readonly Atom[], written: (atom: Atom) => string): string {
  return splitAtoms(text)
    .map((part) => {
      const atom = atomAt(atoms, part);
      return atom === undefined ? part : written(atom);
    })
    .join('');
}

/** Makes what is sent: a string, or blocks when images or files are among it. Blank ends are left out. */
export function contentOf(text: string, atoms: readonly Atom[]): UserContent {
  const parts = splitAtoms(text);
  const blocks: ContentBlock[] = [];
  let open = '';
  const close = (): void => {
    if (open.trim() !== '') blocks.push({ type: 'text', text: trimmed(open) });
    open = '';
  };
  for (const part of parts) {
    const atom = atomAt(atoms, part);
    if (atom?.kind === 'block') {
      close();
      blocks.push(atom.block);
    } else open += atom === undefined ? part : atom.text;
  }
  if (blocks.length === 0) return trimmed(open);
  close();
  return blocks;
}

function trimmed(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}
