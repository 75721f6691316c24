import { blockLines, hasGap } from '../view/block-lines.ts';
import type { Block } from '../view/chat-view.ts';
import type { Layout } from '../view/layout.ts';
import { FLOW_START, type FlowPlace } from '../view/markdown/flow.ts';
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
  /** Gives the line when the block is its rest. */
  const lineOf = ({ block }: PrintedBlock): { line: Begun | undefined; block: FlowBlock } | undefined => {
    if (!isFlow(block)) return undefined;
    return { line: begun?.message_id === block.message_id ? begun : undefined, block };
  };
  const withGap = (lines: readonly StyledLine[], isGap: boolean): readonly StyledLine[] =>
    isGap && lines.length > 0 ? [[], ...lines] : lines;

  return {
    settled: (printed, layout) => {
      const { block, previous } = printed;
      const of = lineOf(printed);
      if (of?.line !== undefined) {
        begun = undefined;
        const rows = flowRows(of.block.block, layout, of.line.place).map((row) => row.line);
        return withGap(rows, of.line.isInterrupted);
      }
      const lines = blockLines(block, layout);
      if (begun !== undefined && lines.length > 0) begun = { ...begun, isInterrupted: true };
      return withGap(lines, hasGap(previous, block));
    },
    open: (printed, layout) => {
      const of = lineOf(printed);
      // The last row is not full yet.
      const rows = of === undefined ? [] : flowRows(of.block.block, layout, of.line?.place ?? FLOW_START).slice(0, -1);
      const end = rows.at(-1)?.end;
      if (of === undefined || end === undefined) return [];
      begun = { message_id: of.block.message_id, place: end, isInterrupted: false };
      const isGap = of.line === undefined ? hasGap(printed.previous, printed.block) : of.line.isInterrupted;
      return withGap(
        rows.map((row) => row.line),
        isGap,
      );
    },
    place: (message_id) => (begun !== undefined && begun.message_id === message_id ? begun.place : undefined),
  };
}

type FlowBlock = Extract<Block, { kind: 'text' }>;

function isFlow(block: Block): block is FlowBlock {
  return block.kind === 'text' && block.block.cuts !== undefined;
}
