import type { StatusFacts } from '../view/status-line.ts';
import type { ChatStore } from './chat-store.ts';
import type { FrameTarget } from './frame/frame-output.ts';
import type { InputController } from './input/contract.ts';
import type { TerminalFeatures } from './terminal/features.ts';
import type { TerminalPlaces } from './terminal/places.ts';

/** What is unfolded. */
export interface Folds {
  readonly hasThoughts: boolean;
  readonly hasDetails: boolean;
}

export interface ScreenOptions {
  readonly store: ChatStore;
  readonly controller: InputController;
  readonly target: FrameTarget;
  readonly features: TerminalFeatures;
  /** Asks the terminal where its cursor is; absent: it is worked out. */
  readonly places?: TerminalPlaces;
  readonly theme: string;
  readonly folds: Folds;
  facts(): StatusFacts;
  /** Milliseconds of a monotonic clock. */
  monotonic(): number;
  /** Called after every frame. */
  onDrawn?(): void;
}
