/** Set at build time: the version in package.json. */
declare const AGENT_CHAT_VERSION: string;
/** Set at build time: a hash of the whole bundle. */
declare const AGENT_CHAT_BUILD: string;
