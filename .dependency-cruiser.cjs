// Who may import whom, from the inside out. Every rule is an error.
const KERNEL =
  '(make-folder|plain-file|own-entry|mask-secrets|messages|message-schema|parse-message|json-line|conversation|content-text|unanswered|channel|safe-text|format|errors|parse-json|process-stat|model-name|usage|open-items|edit-distance|refused-batch|flag-advice|own-words|theme-names|longest-timer|wait-at-most|overwritten)\\.ts$';

const only = (name, folder, allowed = []) => ({
  name,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [`^src/${folder}/`, `^src/${KERNEL}`, ...allowed.map((path) => `^src/${path}`)] },
});
const confined = (name, packages, folders) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${folders})/` },
  to: { path: `(^|/)node_modules/(${packages})/` },
});

module.exports = {
  forbidden: [
    {
      name: 'vocabulary-imports-nothing',
      severity: 'error',
      from: { path: '^src/(messages|channel|safe-text|format|json-line)\\.ts$' },
      to: { path: '.' },
    },
    only('the-fold-knows-the-vocabulary', 'conversation\\.ts', ['(messages|unanswered)\\.ts$']),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-file-is-used',
      severity: 'error',
      comment: 'Register the part in its registry.ts, or delete it',
      from: { path: '^src/cli/(main|start|launch)\\.ts$' },
      to: { path: '^src/', pathNot: '^src/cli/(main|start|launch)\\.ts$', reachable: false },
    },
    only('providers-know-the-vocabulary', 'providers'),
    only('tools-know-the-vocabulary', 'tools'),
    only('encoders-know-the-vocabulary', 'encoders'),
    only('sessions-know-the-vocabulary', 'sessions'),
    only('stats-know-the-vocabulary', 'stats'),
    only('view-knows-the-vocabulary', 'view'),
    only('commands-know-the-vocabulary', 'commands'),
    only('permissions-know-the-tool-contract', 'permissions', [
      'tools/(tool|options|resolve-path|web/private-address|control-characters)\\.ts$',
    ]),
    only('agent-knows-contracts-not-parts', 'agent', ['providers/provider\\.ts$', 'tools/tool\\.ts$']),
    only('mcp-knows-the-tool-contract', 'mcp', ['tools/']),
    only('server-knows-encoders', 'server', ['encoders/']),
    only('ui-knows-view-and-commands', 'ui', ['view/', 'commands/']),
    only('config-knows-nothing-else', 'config'),
    confined('only-ui-knows-ink', 'ink|react', 'ui'),
    confined('only-mcp-knows-its-client', '@modelcontextprotocol', 'mcp'),
    confined('only-providers-know-sdks', 'openai|@anthropic-ai/sdk', 'providers'),
    confined('only-tools-spawn', 'execa', 'tools|permissions'),
    confined('only-cli-knows-commander', 'commander', 'cli'),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
