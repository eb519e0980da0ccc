/** Where what stands in for the runtime is. */
const here = new URL(".", import.meta.url).href;

const isForeign = (line: string): boolean =>
  /^\s+at /.test(line) && (line.includes(here) || /\(node:internal\/|[\\/]\.tsverless[\\/]/.test(line));

/** The lines of a stack, without those of Node and of what stands in for the runtime here. */
export function traceOf(stack = ""): string[] {
  return stack.split("\n").filter(line => line !== "" && !isForeign(line));
}
