/**
 * Starts a clock of the processor time that this process takes, in milliseconds. Work that is quick stays so by this
 * clock, however busy the machine is.
 */
export function startCpuClock(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
}
