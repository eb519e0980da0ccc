import { errors, NotFound, pipeline, serialize } from "tsverless";

let calls = 0;

/** Nothing turns what it throws into a response. */
export const bare = pipeline([], () => {
  calls++;
  if (calls === 1) throw new RangeError("out of range");
  if (calls === 2) throw new NotFound("No such thing");
  return { calls };
});

const sleep = (milliseconds: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });

const aborted: string[] = [];

/** Answers before the deadline, whatever the function waits for. */
export const early = pipeline(
  [errors({ logger: false }), serialize()],
  async (event: { rawPath?: string }, _context, { signal }) => {
    const path = String(event.rawPath);
    signal.addEventListener("abort", () => aborted.push(path));
    if (path === "/slow") await sleep(60_000);
    return { calls: ++calls, aborted };
  },
  { timeoutEarlyInMillis: 500 },
);

/** Waits for ever when it is asked to. */
export const hanging = pipeline([errors(), serialize()], async event => {
  if (event.rawPath === "/slow") await sleep(60_000);
  return { pid: process.pid, calls: ++calls };
});
