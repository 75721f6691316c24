import type { Block } from '../view/chat-view.ts';
import { needsGrammar } from '../view/markdown/highlight.ts';
import type { ChatStore } from './chat-store.ts';

/** Gives the language of a block of code that has to be loaded before it can be shown in its colours. */
export function missingLanguage(block: Block): string | undefined {
  if (block.kind !== 'text' || block.block.kind !== 'code') return undefined;
  const language = block.block.language ?? '';
  return needsGrammar(language) ? language : undefined;
}

/** Gives the language of code that is still being written: loaded by the time it can be printed. */
export function openLanguage(store: ChatStore): string | undefined {
  const language = store.view.live.text?.split.language ?? '';
  return needsGrammar(language) ? language : undefined;
}
