import { readFileSync, writeFileSync } from "node:fs";
import { arch, availableParallelism } from "node:os";

const architectures: Partial<Record<string, string>> = { x64: "x86-64", arm64: "64-bit ARM" };

/** The day, the Node and the machine that figures belong to. */
export function origin(): string {
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${availableParallelism()} shared cores, ${architectures[arch()] ?? arch()}`;
  return `Measured ${day} on Node ${process.version.slice(1)}, ${machine}.`;
}

/**
 * Puts what was measured between the marks of its section in a document.
 *
 * @throws Error when the document has no such marks
 */
export function writeInto(path: URL, section: string, report: string): void {
  const begin = `<!-- bench:${section}:start -->`;
  const end = `<!-- bench:${section}:end -->`;
  const text = readFileSync(path, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path.pathname} must have ${begin} and ${end}`);
  writeFileSync(path, `${text.slice(0, from + begin.length)}\n${report}\n${text.slice(to)}`);
}
