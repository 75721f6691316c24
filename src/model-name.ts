import { REASONING_EFFORTS, type ReasoningEffort } from './messages.ts';

/** Gives the names in `a,b`: several models that take turns. */
export function modelNames(name: string): string[] {
  return name
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Splits `provider/model[:effort]`. A last `:word` is an effort only if it is one. */
export function splitEffort(name: string): { readonly model: string; readonly effort?: ReasoningEffort } {
  const colon = name.lastIndexOf(':');
  const effort = colon > 0 ? REASONING_EFFORTS.find((known) => known === name.slice(colon + 1)) : undefined;
  return effort === undefined ? { model: name } : { model: name.slice(0, colon), effort };
}
