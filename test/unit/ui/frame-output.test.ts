import { expect, test } from 'vitest';
import { FrameOutput } from '../../../src/ui/frame-output.ts';

test('while the terminal changes its size nothing is written', () => {
  const written: string[] = [];
  const target = { columns: 40, rows: 10, write: (bytes: string) => written.push(bytes) > 0 };
  const output = new FrameOutput(target);
  output.write('status\nprompt\n');
  output.flush();
  expect(written.join('')).toContain('prompt');
  output.rest();
  written.length = 0;
  output.print(['an answer']);
  output.write('status\nprompt two\n');
  output.flush();
  expect(written).toEqual([]);
  output.wake();
  output.flush();
  expect(written.join('')).toMatch(/an answer[\s\S]*prompt two/);
});
