/** In the bundle no schema of a server is compiled: the client is always given a validator, see src/mcp/client.ts. */
export const CORS_IS_POSSIBLE = false;
export class DefaultJsonSchemaValidator {}
