import { REASONING_EFFORTS, type ReasoningEffort } from '../messages.ts';
import type { ModelInfo } from '../providers/provider.ts';

/** Gives the effort nearest to the wanted one that the model has; absent when it cannot reason. */
export function clampEffort(wanted: ReasoningEffort, model: ModelInfo): ReasoningEffort | undefined {
  const { efforts } = model;
  if (efforts === undefined || efforts.includes(wanted)) return wanted;
  const distance = (effort: ReasoningEffort): number =>
    Math.abs(REASONING_EFFORTS.indexOf(effort) - REASONING_EFFORTS.indexOf(wanted));
  return [...efforts].sort((left, right) => distance(left) - distance(right))[0];
}

/** Gives the least effort that the model has; absent when none is known. */
export function leastEffort(model: ModelInfo): ReasoningEffort | undefined {
  return REASONING_EFFORTS.find((effort) => model.efforts?.includes(effort));
}
