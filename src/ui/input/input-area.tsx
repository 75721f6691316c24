import { Box, Text, useCursor } from 'ink';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import type { StyledLine } from '../../view/styled-line.ts';
import type { InputController } from './contract.ts';
import { inputLayout } from './input-layout.ts';

export interface InputAreaProps {
  readonly controller: InputController;
  /** Columns. */
  readonly width: number;
  /** Gives the most rows that it may take. */
  readonly maxRows: () => number;
  /** Gives a line its colours. */
  paint(styled: StyledLine): string;
}

/** Draws what is typed, with the real cursor at the caret. */
export function InputArea({ controller, width, paint, ...room }: InputAreaProps): ReactNode {
  useSyncExternalStore(controller.subscribe, controller.getSnapshot);
  const maxRows = room.maxRows();
  const { lines, caret } = inputLayout(controller, { width, maxRows });
  const { setCursorPosition } = useCursor();
  setCursorPosition(caret === undefined ? undefined : { x: caret.column, y: caret.row });
  useEffect(() => controller.drawn({ width, maxRows }));
  return (
    <Box flexDirection="column" width={width}>
      <Text wrap="truncate">{lines.map((styled) => paint(styled) || ' ').join('\n')}</Text>
    </Box>
  );
}
