import { cases } from "../cases.ts";
import { type Entry, entries, hasKind } from "../contenders/table.ts";
import { kilo, table } from "../markdown.ts";
import { note, runProcess, type Section } from "../section.ts";

const wanted = ["create", "retrieve", "list of 50", "queue of ten"];
const flags = ["--expose-gc", "--max-semi-space-size=512", "--min-semi-space-size=512"];

export const heap: Section = {
  name: "heap",
  run(effort) {
    const names = Object.keys(entries);
    const tries = `${Math.max(1, Math.round(7 * effort))}`;
    const rows = wanted.map(name => {
      const kind = cases.find(one => one.name === name)?.wanted.kind ?? "create";
      const cells = names.map(one =>
        hasKind(entries[one] as Entry, kind)
          ? kilo(runProcess<number>("heap.ts", [name, one, tries], flags))
          : "-",
      );
      note(`heap: ${name}`);
      return [name, ...cells];
    });
    return table([["kB of garbage per invocation", ...names], ...rows]);
  },
};
