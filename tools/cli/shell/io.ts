import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Where a command writes. */
export interface Output {
  /** Whether a person is looking. Progress is shown to nobody else. */
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  write(text: string): void;
  line(text?: string): void;
  /** The text in a colour (`"red"`, `["bold", "green"]`), or as it is where colours are not wanted. */
  style(format: Format, text: string): string;
}

/** What a command has of the world outside. */
export interface Io {
  /** For results: what a script would read. */
  readonly out: Output;
  /** For everything else: errors, progress, notes. */
  readonly err: Output;
  readonly input: AsyncIterable<Buffer | string>;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The same, without colours. */
  plain(): Io;
}

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** https://no-color.org, and FORCE_COLOR as Node has it, which outranks it. */
function wantsColors(
  { isTTY }: Stream,
  { FORCE_COLOR: force, NO_COLOR: no, TERM }: NodeJS.ProcessEnv,
): boolean {
  if (force !== undefined) return force !== "0" && force !== "false";
  return isTTY === true && !no && TERM !== "dumb";
}

function outputTo(stream: Stream, colors: boolean): Output {
  return {
    isTerminal: stream.isTTY === true,
    hasColors: colors,
    write: text => void stream.write(text),
    line: (text = "") => void stream.write(`${text}\n`),
    style: (format, text) => (colors ? styleText(format, text, { validateStream: false }) : text),
  };
}

function makeIo(env: NodeJS.ProcessEnv, colors: (stream: Stream) => boolean): Io {
  return {
    out: outputTo(process.stdout, colors(process.stdout)),
    err: outputTo(process.stderr, colors(process.stderr)),
    input: process.stdin,
    cwd: process.cwd(),
    env,
    plain: () => makeIo(env, () => false),
  };
}

async function* nothing(): AsyncGenerator<never> {}

/**
 * The world of a build that somebody else runs: what there is to say goes to stderr, as plain text.
 *
 * @param cwd what paths are shown from
 */
export function guestIo(cwd: string): Io {
  const out = outputTo({ write: text => process.stderr.write(text) }, false);
  const io: Io = { out, err: out, input: nothing(), cwd, env: process.env, plain: () => io };
  return io;
}

/** The world outside of this process. Who stops reading (`| head`) ends it without a word. */
export function processIo(): Io {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return makeIo(process.env, stream => wantsColors(stream, process.env));
}
