import { runProperty } from "./queueProperty.ts";

// What `npm run test:million` runs: the property of test/tools/aws/property.test.ts with far more messages, and its figures.

const messages = Number(process.argv[2] ?? 1_000_000) / 2;
const rows: Record<string, object> = {};
const problems: string[] = [];
for (const fifo of [false, true]) {
  const seed = Number(process.env.SEED ?? 1);
  const { problems: found, real, virtual, ...counts } = await runProperty({ fifo, messages, seed });
  problems.push(...found);
  rows[fifo ? "FIFO" : "standard"] = {
    messages,
    ...counts,
    problems: found.length,
    seconds: Math.round(real / 1000),
    "messages a second": Math.round((messages / real) * 1000),
    "virtual hours": Math.round(virtual / 360_000) / 10,
    seed,
  };
}
const [standard = {}] = Object.values(rows);
const table = Object.fromEntries(
  Object.keys(standard).map(name => [
    name,
    Object.fromEntries(
      Object.entries(rows).map(([kind, row]) => [kind, (row as Record<string, number>)[name]]),
    ),
  ]),
);
console.table(table);
for (const problem of problems.slice(0, 20)) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
