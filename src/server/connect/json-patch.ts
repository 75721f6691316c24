import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../json-fields.ts';

/** A patch that does not fit the document; `message` names the operation. */
export class PatchProblem extends Error {
  override readonly name = 'PatchProblem';
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** Applies a JSON Patch (RFC 6902) to a copy of a document; all of it, or none with a {@link PatchProblem}. */
export function applyPatch(document: unknown, patch: readonly unknown[]): unknown {
  return patch.reduce((value, operation) => applyOperation(value, readOperation(operation)), structuredClone(document));
}

function readOperation(operation: unknown): Operation {
  if (!isRecord(operation) || typeof operation.op !== 'string' || typeof operation.path !== 'string') {
    throw new PatchProblem('An operation has no op or no path.');
  }
  const { op, path, from, value } = operation;
  return { op, path, value, ...(typeof from === 'string' ? { from } : {}) };
}

function applyOperation(document: unknown, operation: Operation): unknown {
  const { op, path, from, value } = operation;
  switch (op) {
    case 'add':
      return put(document, path, { value: structuredClone(value), isNew: true });
    case 'replace':
      return put(document, path, { value: structuredClone(value), isNew: false });
    case 'remove':
      return remove(document, path);
    case 'copy':
      return put(document, path, { value: structuredClone(get(document, needed(from, op))), isNew: true });
    case 'move': {
      const source = needed(from, op);
      if (path.startsWith(`${source}/`)) throw new PatchProblem(`move would put ${source} into itself.`);
      const moved = get(document, source);
      return put(remove(document, source), path, { value: moved, isNew: true });
    }
    case 'test':
      if (!isDeepStrictEqual(get(document, path), value)) throw new PatchProblem(`test of ${path} failed.`);
      return document;
    default:
      throw new PatchProblem(`The operation ${op} is unknown.`);
  }
}

function needed(from: string | undefined, op: string): string {
  if (from === undefined) throw new PatchProblem(`${op} has no from.`);
  return from;
}

function tokensOf(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw new PatchProblem(`${path} is no JSON Pointer.`);
  return path
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function get(document: unknown, path: string): unknown {
  return tokensOf(path).reduce((value, token) => child(value, token, path), document);
}

function child(value: unknown, token: string, path: string): unknown {
  if (Array.isArray(value) && indexIn(value, token) < value.length) return value[indexIn(value, token)];
  if (isRecord(value) && Object.hasOwn(value, token)) return value[token];
  throw new PatchProblem(`There is nothing at ${path}.`);
}

function indexIn(list: readonly unknown[], token: string): number {
  if (token === '-') return list.length;
  return /^(0|[1-9]\d*)$/.test(token) ? Number(token) : Number.POSITIVE_INFINITY;
}

function put(document: unknown, path: string, what: { readonly value: unknown; readonly isNew: boolean }): unknown {
  const tokens = tokensOf(path);
  const last = tokens.pop();
  if (last === undefined) return what.value;
  if (!what.isNew) get(document, path);
  const parent = tokens.reduce((value, token) => child(value, token, path), document);
  if (Array.isArray(parent)) {
    const index = indexIn(parent, last);
    if (index > parent.length) throw new PatchProblem(`There is no place ${path}.`);
    parent.splice(index, what.isNew ? 0 : 1, what.value);
  } else if (isRecord(parent)) setField(parent, last, what.value);
  else throw new PatchProblem(`There is no place ${path}.`);
  return document;
}

function remove(document: unknown, path: string): unknown {
  const tokens = tokensOf(path);
  const last = tokens.pop();
  if (last === undefined) return null;
  get(document, path);
  const parent = tokens.reduce((value, token) => child(value, token, path), document);
  if (Array.isArray(parent)) parent.splice(indexIn(parent, last), 1);
  else Reflect.deleteProperty(parent as object, last);
  return document;
}

/** Sets an own field, whatever its name is: `__proto__` is a name like any other here. */
function setField(parent: object, name: string, value: unknown): void {
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
}
