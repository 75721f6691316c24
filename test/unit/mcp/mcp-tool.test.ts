import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mcpTool } from '../../../src/mcp/mcp-tool.ts';
import { modelToolName } from '../../../src/mcp/tool-name.ts';
import { providerSchema } from '../../../src/mcp/tool-schema.ts';

test('a name that every provider takes stays as it is', () => {
  expect(modelToolName('files', 'read_file')).toBe('mcp__files__read_file');
});

test('any other gets one that they take, and no two get the same', () => {
  const taken = /^mcp__a__[\w-]+$/;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      const names = [one, other].map((tool) => modelToolName('a', tool));
      for (const name of names.filter((_, at) => [one, other][at] !== '')) {
        expect(name).toMatch(taken);
        expect(name.length).toBeLessThanOrEqual(64);
      }
      expect(names[0] === names[1]).toBe(one === other);
    }),
  );
  expect(modelToolName('a', 'x.y')).not.toBe(modelToolName('a', 'x_y'));
  expect(modelToolName('a', 'x'.repeat(100))).not.toBe(modelToolName('a', 'x'.repeat(101)));
});

test('a schema is told without what providers refuse', () => {
  const properties = { path: { type: 'string', description: 'a\u001b[8m p\u202eath' }, ref: { $ref: '#/$defs/x' } };
  const given = {
    type: 'object',
    properties,
    required: ['path'],
    $defs: { x: {} },
    anyOf: [{}],
    $schema: 's',
    $id: 'i',
  };
  expect(providerSchema(given)).toEqual({
    type: 'object',
    properties: { path: { type: 'string', description: 'a p\\u{202e}ath' }, ref: { $ref: '#/$defs/x' } },
    required: ['path'],
    $defs: { x: {} },
  });
  expect(providerSchema({ type: 'object', properties: { 'a b': {} }, required: ['a b'] })).toEqual({ type: 'object' });
  expect(providerSchema({ type: 'object', properties: { a: { description: 'x'.repeat(40_000) } } })).toEqual({
    type: 'object',
  });
});

test('a question shows the exact server, tool and arguments', () => {
  const listed = { name: 'rm', inputSchema: { type: 'object' as const }, annotations: { readOnlyHint: true } };
  const tool = mcpTool('files', listed, async () => ({ result: '' }));
  const input = { path: '/', force: true };
  expect(tool.access(input, { cwd: '/' })).toEqual({
    kind: 'mcp',
    name: 'mcp__files__rm',
    listing: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(tool.preview(input, { cwd: '/' })).toEqual({
    kind: 'text',
    text: 'MCP server: files\nTool: rm\nArguments: {\n  "path": "/",\n  "force": true\n}',
    facts: ['the server says: it only reads'],
  });
});

test('a tool is the same one as long as its server says the same of it, in whatever order', () => {
  const listed = {
    name: 'rm',
    description: 'Removes a draft',
    inputSchema: { type: 'object' as const, properties: { path: { type: 'string' }, force: { type: 'boolean' } } },
    annotations: { readOnlyHint: false },
  };
  const listingOf = (more: object): unknown =>
    mcpTool('files', { ...listed, ...more }, async () => ({ result: '' })).access({}, { cwd: '/' });
  const same = listingOf({});
  const { path, force } = listed.inputSchema.properties;
  expect(listingOf({ inputSchema: { properties: { force, path }, type: 'object' } })).toEqual(same);
  for (const changed of [
    { description: 'Removes everything' },
    { title: 'Other' },
    { annotations: { readOnlyHint: true } },
    { inputSchema: { type: 'object', properties: { path } } },
  ]) {
    expect(listingOf(changed)).not.toEqual(same);
  }
});
