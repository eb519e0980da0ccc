/** Waits for Ctrl-C (SIGINT) or SIGTERM. A second one ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise(resolve => {
    const stop = (): void => {
      process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
  });
}
