import { table } from "../markdown.ts";
import { runProcess, type Section } from "../section.ts";

export const memory: Section = {
  name: "memory",
  run(effort) {
    const total = Math.max(20_000, Math.round((1_000_000 * effort) / 10_000) * 10_000);
    const heaps = runProcess<number[]>("memory.ts", [`${total}`], ["--expose-gc"]);
    const heads = heaps.map((_, part) => (part === 0 ? "warmed up" : `${(total / 10_000) * part}k`));
    return table([
      ["invocations", ...heads],
      ["heap, MB", ...heaps.map(bytes => (bytes / 1e6).toFixed(2))],
    ]);
  },
};
