import { table } from "../markdown.ts";
import { runProcess, type Section } from "../section.ts";

export const memory: Section = {
  name: "memory",
  run(effort) {
    const total = Math.max(20_000, Math.round((1_000_000 * effort) / 10_000) * 10_000);
    const heaps = runProcess<number[]>("memory.ts", [`${total}`], ["--expose-gc"]);
    const heads = heaps.map((_, part) => (part === 0 ? "warmed up" : `${(total / 10_000) * part}k`));
    // What is kept for each invocation, of the second half: a leak would be bytes, not fractions of one.
    const half = Math.floor(heaps.length / 2);
    const kept = ((heaps.at(-1) as number) - (heaps[half] as number)) / ((total * (10 - half)) / 10);
    const figures = table([
      ["invocations", ...heads],
      ["heap, MB", ...heaps.map(bytes => (bytes / 1e6).toFixed(2))],
    ]);
    return `${figures}\n\nFrom the middle to the end ${kept.toFixed(2)} bytes are kept for each invocation.`;
  },
};
