import { writeFileSync } from 'node:fs';
import { makeFolder } from '../../make-folder.ts';
import { requestPath } from '../../sessions/session-outputs.ts';
import { outputFolder } from '../setup.ts';
import type { ServiceParts } from './service-parts.ts';

/** Writes a request as it was really sent to a file of its own, and says where and how large it is. */
export function reportWire(argument: string, { setup, opened, wire }: ServiceParts): string {
  const count = wire.count();
  if (count === 0) return 'Nothing was sent to a model service yet; the demo and scripts send nothing.';
  const number = argument === '' ? count : Number(argument);
  const request = wire.request(number);
  if (request === undefined) {
    throw new Error(`Request "${argument}" is not kept. There were ${count}; the newest ten can be shown.`);
  }
  const body = JSON.parse(request.body) as Record<string, unknown>;
  const folder = outputFolder(setup);
  const file = requestPath(folder, opened.session.session_id, number);
  makeFolder(folder);
  writeFileSync(file, `${JSON.stringify(body, null, 2)}\n`, { mode: 0o600 });
  return [
    `Request ${number} of ${count}: POST ${request.url}, ${request.body.length} characters`,
    ...Object.entries(body).map(([name, value]) => `  ${name}: ${shape(value)}`),
    `Whole: ${file}`,
  ].join('\n');
}

function shape(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'entry' : 'entries'}`;
  const json = JSON.stringify(value);
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}
