/** Something that runs until it is closed. */
export interface Running {
  close(): unknown;
}

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

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] as string;

function fail(error: unknown): never {
  console.error(firstLine(error));
  process.exit(1);
}

/**
 * Starts something and ends the process cleanly: on Ctrl-C (SIGINT) or SIGTERM it is closed and the exit code is 0; a
 * failure is one line on stderr and exit code 1. A second signal ends the process at once.
 *
 * @param start starts it, and gives what is to be closed
 * @example
 * await runUntilSignal(() => serve(routes, { port: Number(process.env.PORT ?? 3000) }));
 */
export async function runUntilSignal(start: () => Running | Promise<Running>): Promise<void> {
  const running = await Promise.resolve().then(start).catch(fail);
  untilSignal()
    .then(() => running.close())
    .then(() => process.exit(0), fail);
}
