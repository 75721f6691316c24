import { createLowlight } from 'lowlight';

/** Where a highlighter has put its marks: the part of a hast tree that is used here. */
export interface MarkedNode {
  readonly type: string;
  readonly value?: string;
  readonly properties?: { readonly className?: unknown };
  readonly children?: readonly MarkedNode[];
}

/** Code in, marked code out; knows the languages whose grammars were registered. */
export interface Highlighter {
  highlight(language: string, code: string): MarkedNode;
  register(name: string, grammar: unknown): void;
  registered(name: string): boolean;
}

/** Makes a highlighter that knows no language. This file is loaded when the first code is shown. */
export function createHighlighter(): Highlighter {
  const lowlight = createLowlight();
  return {
    highlight: (language, code) => lowlight.highlight(language, code) as MarkedNode,
    register: (name, grammar) => lowlight.register(name, grammar as Parameters<typeof lowlight.register>[1] & never),
    registered: (name) => lowlight.registered(name),
  };
}
