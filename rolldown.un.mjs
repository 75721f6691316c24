import config from './rolldown.config.mjs';
export default { ...config, output: { ...config.output, dir: '/tmp/perf/un/dist', minify: false } };
