import type { CommandName } from '../program.ts';
import type { CliCommand } from './cli-command.ts';

/** Every command beside the chat, loaded when it is called. */
export const commands: Readonly<Record<CommandName, () => Promise<CliCommand>>> = {
  models: async () => (await import('./models.ts')).models,
  doctor: async () => (await import('./doctor.ts')).doctor,
  sessions: async () => (await import('./sessions.ts')).sessions,
  replay: async () => (await import('./replay.ts')).replay,
  stats: async () => (await import('./stats.ts')).stats,
  serve: async () => (await import('./serve.ts')).serve,
  connect: async () => (await import('./connect.ts')).connect,
  mcp: async () => (await import('./mcp.ts')).mcp,
  config: async () => (await import('./config.ts')).config,
};
