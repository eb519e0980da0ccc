import { round, table } from "../markdown.ts";
import { note, runProcess, type Section } from "../section.ts";

type Figures = Record<string, number> & { size: number };

/** The exponent of a power law, of the upper half of the sizes: what is constant weighs little there. */
export function exponentOf(points: readonly (readonly [size: number, time: number])[]): number {
  const upper = points.slice(Math.floor((points.length - 1) / 2));
  const logs = upper.map(([size, time]) => [Math.log(size), Math.log(time)] as const);
  const mean = (at: 0 | 1): number => logs.reduce((sum, one) => sum + one[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return covariance / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

function lawOf(exponent: number): string {
  const law =
    exponent < 0.15
      ? "constant"
      : exponent < 0.85
        ? "slower than linear"
        : exponent < 1.15
          ? "linear"
          : "faster than linear";
  return `n^${exponent.toFixed(2)}, ${law}`;
}

const kinds = [
  { kind: "lists", head: "list of n objects, µs" },
  { kind: "chains", head: "chain of n middlewares, µs" },
  { kind: "routes", head: "API of n routes, µs" },
] as const;

export const growth: Section = {
  name: "growth",
  run(effort) {
    const tables = kinds.map(({ kind, head }) => {
      const figures = runProcess<Figures[]>("growth.ts", [kind, `${Math.round(16_000 * effort)}`]);
      note(`growth: ${kind}`);
      const names = Object.keys(figures[0] ?? {}).filter(name => name !== "size");
      const rows = names.map(name => [
        name,
        ...figures.map(one => round(one[name] as number)),
        lawOf(exponentOf(figures.map(one => [one.size, one[name] as number]))),
      ]);
      return table([[head, ...figures.map(({ size }) => `${size}`), "law"], ...rows]);
    });
    return tables.join("\n\n");
  },
};
