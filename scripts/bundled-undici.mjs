// All that is used of undici, for the bundle: the whole package is half as large again.
import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

// The package's own entry does this; without it there is no tunnel through a proxy.
Dispatcher.prototype.connect = connect;

export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
export { fetch } from 'undici/lib/web/fetch/index.js';
