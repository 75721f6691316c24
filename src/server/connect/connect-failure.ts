import { ERROR_KINDS, type ErrorKind } from '../../messages.ts';
import { parseJson } from '../../parse-json.ts';
import { isRecord } from '../json-fields.ts';
import { RemoteProblem } from './remote-event.ts';

/** Why a remote agent could not be reached or did not finish; `message` is for a person. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  readonly kind: ErrorKind;
  readonly status: number | undefined;
  readonly suggested_action: string | undefined;

  constructor(message: string, how: { kind: ErrorKind; status?: number; suggested_action?: string }) {
    super(message);
    this.kind = how.kind;
    this.status = how.status;
    this.suggested_action = how.suggested_action;
  }
}

/** Says why an agent answered with a status that is not a success. */
export function statusFailure(status: number, host: string, detail: string): ConnectFailure {
  const said = detail === '' ? '' : `: ${wordsOf(detail)}`;
  const message = `${host} answered with HTTP ${status}${said}`;
  if (status === 401 || status === 403) {
    return new ConnectFailure(message, {
      kind: 'auth',
      status,
      suggested_action: 'Give the token with --token or a --header.',
    });
  }
  if (status === 404 || status === 405) {
    return new ConnectFailure(message, {
      kind: 'invalid_request',
      status,
      suggested_action: 'Give the address of the agent itself, such as http://host/agent.',
    });
  }
  if (status === 429) return new ConnectFailure(message, { kind: 'rate_limit', status });
  return new ConnectFailure(message, { kind: status >= 500 ? 'server' : 'invalid_request', status });
}

/** Takes the words out of the JSON that most servers wrap them in. */
function wordsOf(body: string): string {
  const value = parseJson(body);
  const inner = isRecord(value) ? (value.error ?? value.detail ?? value.message) : undefined;
  const words = isRecord(inner) ? inner.message : inner;
  return typeof words === 'string' && words !== '' ? words : body;
}

/** Gives the kind of error that an agent's own code names; `server` for codes of other kinds of agents. */
export function errorKindOf(code: string | undefined): ErrorKind {
  return ERROR_KINDS.find((kind) => kind === code) ?? 'server';
}

/** An error as a turn ends with it. */
export interface TurnFailure {
  readonly message: string;
  readonly kind: ErrorKind;
  readonly status?: number;
  readonly suggested_action?: string;
}

/** Describes whatever went wrong while an agent was followed. */
export function describeFailure(error: unknown): TurnFailure {
  if (error instanceof RemoteProblem) return { message: error.message, kind: 'server' };
  if (!(error instanceof ConnectFailure)) {
    return { message: `The agent could not be followed: ${String(error)}`, kind: 'internal' };
  }
  const { message, kind, status, suggested_action } = error;
  return {
    message,
    kind,
    ...(status === undefined ? {} : { status }),
    ...(suggested_action === undefined ? {} : { suggested_action }),
  };
}
