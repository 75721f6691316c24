import type { StyledLine } from '../../../view/styled-line.ts';
import type { Caret } from '../../frame/paint-frame.ts';

/** What the input area looks like, row by row. */
export interface InputLayout {
  readonly lines: readonly StyledLine[];
  /** Where the real cursor stands; absent: it is hidden. */
  readonly caret?: Caret;
  /** What is visible of the approval's preview. */
  readonly dialog?: DialogLayout;
}

/** What of a preview is on the screen. */
export interface DialogLayout {
  readonly scroll: number;
  readonly page: number;
  readonly isEndVisible: boolean;
}
