import type { Io } from "./io.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const eraseLine = "\r\u001B[2K";

/**
 * Shows that something is going on: one moving line on a terminal, which is gone in the end; nothing in a pipe.
 *
 * @param text what is going on: `Bundling`
 * @param work does it
 * @returns what the work gives
 */
export async function withProgress<T>({ err }: Io, text: string, work: () => Promise<T>): Promise<T> {
  if (!err.isTerminal) return work();
  let frame = 0;
  const draw = (): void => {
    err.write(`${eraseLine}${err.style("cyan", frames[frame++ % frames.length] as string)} ${text}`);
  };
  draw();
  const timer = setInterval(draw, 80);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    err.write(eraseLine);
  }
}
