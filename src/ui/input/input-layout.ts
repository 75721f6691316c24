import type { InputController } from './contract.ts';
import { stateOf } from './input-store.ts';
import { layoutInput } from './layout/layout-input.ts';
import type { InputLayout } from './layout/layout-types.ts';
import { frontApproval, type InputSize, isAsked } from './state.ts';

const layouts = new WeakMap<InputController, { key: string; layout: InputLayout }>();

/**
 * Lays the input area out: its styled rows, and where the real cursor stands in them. Pure but for a memory of the last
 * one. Whoever draws it says so with `controller.drawn`.
 */
export function inputLayout(controller: InputController, size: InputSize): InputLayout {
  const snapshot = controller.getSnapshot();
  const key = `${snapshot.version}/${size.width}/${size.maxRows}`;
  const known = layouts.get(controller);
  if (known?.key === key) return known.layout;
  const layout = layoutInput(stateOf(snapshot), size);
  layouts.set(controller, { key, layout });
  return layout;
}

/** Gives the call whose question is on the screen; undefined while there is none, or it is put aside. */
export function shownQuestion(controller: InputController): string | undefined {
  const state = stateOf(controller.getSnapshot());
  return isAsked(state) ? frontApproval(state)?.tool_call_id : undefined;
}
