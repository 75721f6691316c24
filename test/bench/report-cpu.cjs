// Loaded into a measured process: when it ends, its CPU time in microseconds is written to the file it was told.
const { writeFileSync } = require('node:fs');

const file = process.env.BENCH_CPU_FILE;
delete process.env.BENCH_CPU_FILE;
delete process.env.NODE_OPTIONS;
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(file, String(user + system));
});
