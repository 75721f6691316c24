import { encoders } from '../../encoders/registry.ts';
import { startServer } from '../../server/serve.ts';
import { createSessionHost, type OpenSession } from '../../server/session-host.ts';
import { listSessions, summariseSession } from '../../sessions/session-directory.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { onSignals } from '../on-signals.ts';
import { NO_OPTIONS, type RunOptions } from '../options.ts';
import type { Setup } from '../setup.ts';
import { tell } from '../streams/standard-error.ts';
import { checkModel } from '../wiring/choose-model.ts';
import { frontEndTool } from '../wiring/front-end-tool.ts';
import { checkGrants, openAgent } from '../wiring/open-agent.ts';
import { sessionFolder } from '../wiring/session-store.ts';
import { type CliCommand, textFlag } from './cli-command.ts';

const DEFAULT_PORT = 8123;

/** Offers this agent over HTTP on loopback until a signal ends it. */
export const serve: CliCommand = async ({ flags, setup, output }) => {
  const options: RunOptions = { ...NO_OPTIONS, session: true, ...flags };
  const host = textFlag(flags, 'host');
  const model = await checkModel(setup, options);
  await checkGrants(setup, options);
  const server = await startServer({
    openSession: opener(setup, options),
    listSessions: async () =>
      (await listSessions(sessionFolder(setup))).map(({ session_id, title, model, started_at, updated_at }) => ({
        id: session_id,
        title,
        model,
        created_at: started_at,
        updated_at: Math.round(updated_at),
      })),
    encoders,
    port: portOf(flags.port),
    ...(host === undefined ? {} : { host }),
    ...(setup.environment.AGENT_CHAT_TOKEN ? { token: setup.environment.AGENT_CHAT_TOKEN } : {}),
    ...(Array.isArray(flags.allowOrigin) ? { allowed_origins: flags.allowOrigin.map(String) } : {}),
    ...(options.agUiCompat === undefined ? {} : { ag_ui_compat: options.agUiCompat }),
  }).catch((error: Error) => {
    throw new CliError(error.message, EXIT.failed);
  });
  const { url, token } = server;
  if (model.is_fallback === true) tell(`The built-in demo model answers: ${model.why}. -m names another.\n`);
  await output.write(
    flags.json === true
      ? `${JSON.stringify({ url, token })}\n`
      : `Listening on ${url}\nToken: ${token}\nAG-UI: POST ${url}/ag-ui with "Authorization: Bearer TOKEN"\n`,
  );
  const exitCode = await new Promise<number>((resolve) => {
    onSignals(resolve);
  });
  await server.close();
  return exitCode === EXIT.interrupted ? EXIT.answered : exitCode;
};

function opener(setup: Setup, options: RunOptions): OpenSession {
  return async (id, { is_new_allowed, front_end_tools }) => {
    if (!is_new_allowed && (await summariseSession(sessionFolder(setup), id)) === undefined) return undefined;
    const opened = await openAgent(setup, {
      options,
      choice: { kind: 'exact', id },
      canAsk: true,
      isWatched: true,
      moreTools: front_end_tools.map(frontEndTool),
    });
    return createSessionHost({
      session_id: opened.session.session_id,
      agent: {
        messages: opened.agent.messages,
        send: (message) => void opened.agent.send(message),
        close: async () => void (await opened.close()),
      },
      log: opened.session.log,
      record: async (message) => {
        for (const sink of opened.sinks) await sink(message);
      },
    });
  };
}

function portOf(given: unknown): number {
  const port = given === undefined ? DEFAULT_PORT : Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CliError(`--port takes a number from 0 to 65535, not "${String(given)}".`);
}
