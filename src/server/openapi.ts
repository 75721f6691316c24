import { USER_SCHEMAS } from '../message-schema.ts';

/** Describes the server's API as OpenAPI 3.1 does. `vocabularies` is what `?as=` can name. */
export function openApi(vocabularies: readonly string[]): unknown {
  return {
    openapi: '3.1.0',
    info: {
      title: 'agent-chat',
      version: '1',
      description: 'One agent, its sessions and their message stream. Every request needs the token.',
    },
    security: [{ token: [] }],
    paths: {
      '/ag-ui': { post: runOperation() },
      '/sessions': { get: sessionsOperation() },
      '/sessions/{id}/events': { get: eventsOperation(vocabularies) },
      '/sessions/{id}/messages': { post: messagesOperation() },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { RunAgentInput: RUN_AGENT_INPUT, UserMessage: USER_MESSAGE, Session: SESSION, Error: ERROR },
    },
  };
}

function runOperation(): unknown {
  return {
    operationId: 'run',
    summary: 'Runs the agent as AG-UI 1.0 says; the answer is a stream of its events',
    requestBody: jsonBody('RunAgentInput'),
    responses: {
      200: stream('Events of AG-UI; the last one is RUN_FINISHED or RUN_ERROR'),
      409: failure('A run of this thread is going on'),
      ...FAILURES,
    },
  };
}

function sessionsOperation(): unknown {
  const schema = {
    type: 'object',
    properties: { sessions: { type: 'array', items: ref('Session') } },
    required: ['sessions'],
  };
  return {
    operationId: 'listSessions',
    summary: 'Lists the sessions',
    responses: { 200: { description: 'The sessions', content: { 'application/json': { schema } } }, ...FAILURES },
  };
}

function eventsOperation(vocabularies: readonly string[]): unknown {
  return {
    operationId: 'readEvents',
    summary: 'Tells a session from its beginning, or after Last-Event-ID, and goes on live',
    parameters: [
      SESSION_ID,
      {
        name: 'as',
        in: 'query',
        description: 'The vocabulary; the native messages when absent',
        schema: { type: 'string', enum: vocabularies },
      },
      {
        name: 'Last-Event-ID',
        in: 'header',
        description: 'The id of the last event that was read: the seq of its message',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
    responses: { 200: stream('Messages, each with its seq as id'), 404: failure('No such session'), ...FAILURES },
  };
}

function messagesOperation(): unknown {
  const schema = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
  return {
    operationId: 'sendMessage',
    summary: 'Sends the agent a message: words, a steer, a cancel, an approval, another model',
    parameters: [SESSION_ID],
    requestBody: jsonBody('UserMessage'),
    responses: {
      202: { description: 'Taken; what comes of it is in the events', content: { 'application/json': { schema } } },
      404: failure('No such session'),
      ...FAILURES,
    },
  };
}

const ref = (name: string): unknown => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string): unknown => ({ 'application/json': { schema: ref(name) } });
const jsonBody = (name: string): unknown => ({ required: true, content: json(name) });
const failure = (description: string): unknown => ({ description, content: json('Error') });
const stream = (description: string): unknown => ({
  description,
  content: { 'text/event-stream': { schema: { type: 'string' } } },
});

const FAILURES = {
  400: failure('A field is malformed; the message names it'),
  401: failure('The token is missing or wrong'),
  403: failure('The host or origin is not allowed'),
  413: failure('The body is too large'),
  415: failure('The body is not application/json'),
  429: failure('A limit is reached'),
};

const SESSION_ID = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of the session, or of its AG-UI thread',
  schema: { type: 'string' },
};

const RUN_AGENT_INPUT = {
  type: 'object',
  description: 'As @ag-ui/core 1.0 has it. Only the newest user message, tool results and resume have an effect.',
  required: ['threadId', 'runId', 'messages'],
  properties: {
    threadId: { type: 'string' },
    runId: { type: 'string' },
    parentRunId: { type: 'string' },
    messages: { type: 'array', items: { type: 'object', required: ['role'] } },
    tools: { type: 'array', maxItems: 64, items: { type: 'object', required: ['name'] } },
    context: { type: 'array', items: { type: 'object' } },
    state: {},
    forwardedProps: {},
    resume: {
      type: 'array',
      items: {
        type: 'object',
        required: ['interruptId', 'status'],
        properties: { interruptId: { type: 'string' }, status: { enum: ['resolved', 'cancelled'] }, payload: {} },
      },
    },
  },
};

/** Which tools there are is for the one who started the server to say, and what is taken back has to be named. */
const USER_MESSAGE = {
  oneOf: [...USER_SCHEMAS].flatMap(([type, schema]) => {
    if (type === 'update_tools') return [];
    return [type === 'retract' ? { ...schema, required: ['type', 'id'] } : schema];
  }),
};

const SESSION = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string' },
    title: { type: 'string' },
    model: { type: 'string' },
    created_at: { type: 'integer' },
    updated_at: { type: 'integer' },
  },
};

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['status', 'message'],
      properties: { status: { type: 'integer' }, message: { type: 'string' } },
    },
  },
};
