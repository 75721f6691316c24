import type { ReasoningEffort } from '../messages.ts';
import type { ModelInfo } from '../providers/provider.ts';

const ORDER: readonly ReasoningEffort[] = ['none', 'low', 'medium', 'high', 'xhigh'];

/** Gives the effort nearest to the wanted one that the model has; absent when it cannot reason. */
export function clampEffort(wanted: ReasoningEffort, model: ModelInfo): ReasoningEffort | undefined {
  const { efforts } = model;
  if (efforts === undefined || efforts.includes(wanted)) return wanted;
  const distance = (effort: ReasoningEffort): number => Math.abs(ORDER.indexOf(effort) - ORDER.indexOf(wanted));
  return [...efforts].sort((left, right) => distance(left) - distance(right))[0];
}

/** Gives the least effort that the model has; absent when none is known. */
export function leastEffort(model: ModelInfo): ReasoningEffort | undefined {
  return ORDER.find((effort) => model.efforts?.includes(effort));
}

/** Tells the words that name an effort from others. */
export function isEffort(word: string): word is ReasoningEffort {
  return ORDER.some((effort) => effort === word);
}
