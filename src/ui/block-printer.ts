import { blockLines, hasGap } from '../view/block-lines.ts';
import type { Block } from '../view/chat-view.ts';
import type { Layout } from '../view/layout.ts';
import { FLOW_START, type FlowPlace, type FlowRow } from '../view/markdown/flow.ts';
import { flowRows } from '../view/markdown/render-block.ts';
import type { StyledLine } from '../view/styled-line.ts';
import type { PrintedBlock } from './chat-store.ts';

/**
 * Makes rows of what is final. Each is given once: of a long line that goes on those that are full, the others later, for
 * the width that the terminal has then.
 */
export interface BlockPrinter {
  /** Gives the rows of the next block that is final, but for those that were given while it was open. */
  settled(printed: PrintedBlock, layout: Layout): readonly StyledLine[];
  /** Gives more rows of what is final of the line that goes on. */
  open(printed: PrintedBlock, layout: Layout): readonly StyledLine[];
  /** Tells how far the open line of a message was given; undefined: nothing of it was. */
  place(message_id: string | undefined): FlowPlace | undefined;
}

/** The line of which rows were given. */
interface Begun {
  readonly message_id: string;
  readonly place: FlowPlace;
  /** Something else was printed below its rows. */
  readonly isInterrupted: boolean;
}

/** Makes a printer. */
export function createBlockPrinter(): BlockPrinter {
  let begun: Begun | undefined;
  const withGap = (lines: readonly StyledLine[], isGap: boolean): readonly StyledLine[] =>
    isGap && lines.length > 0 ? [[], ...lines] : lines;

  return {
    settled: ({ block, previous }, layout) => {
      if (isFlow(block) && begun?.message_id === block.message_id) {
        const { place, isInterrupted } = begun;
        begun = undefined;
        const rows = flowRows(block.block, layout, place);
        return withGap(linesOf(rows), isInterrupted);
      }
      const lines = blockLines(block, layout);
      if (begun !== undefined && lines.length > 0) begun = { ...begun, isInterrupted: true };
      return withGap(lines, hasGap(previous, block));
    },
    open: ({ block, previous }, layout) => {
      if (!isFlow(block)) return [];
      const line = begun?.message_id === block.message_id ? begun : undefined;
      // The last row is not full yet.
      const rows = flowRows(block.block, layout, line?.place ?? FLOW_START).slice(0, -1);
      const place = rows.at(-1)?.end;
      if (place === undefined) return [];
      begun = { message_id: block.message_id, place, isInterrupted: false };
      return withGap(linesOf(rows), line === undefined ? hasGap(previous, block) : line.isInterrupted);
    },
    place: (message_id) => (begun?.message_id === message_id ? begun?.place : undefined),
  };
}

function linesOf(rows: readonly FlowRow[]): readonly StyledLine[] {
  return rows.map((row) => row.line);
}

function isFlow(block: Block): block is Extract<Block, { kind: 'text' }> {
  return block.kind === 'text' && block.block.cuts !== undefined;
}
