// dependency-cruiser reads sources through TypeScript's JavaScript API, which TypeScript 7 no longer has.
// Loaded with `node --require`, this gives that one tool the older compiler; the checker stays TypeScript 7.
const Module = require('node:module');

const olderName = (specifier) => specifier.replace(/^typescript(?=$|\/)/, '@typescript/typescript6');
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (specifier, ...rest) => resolveFilename(olderName(specifier), ...rest);
Module.register(
  `data:text/javascript,${encodeURIComponent(
    `export const resolve = (specifier, context, next) => next((${olderName})(specifier), context);`,
  )}`,
);
