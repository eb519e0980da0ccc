import { type Bundle, bundle } from "../bundles.ts";
import { entries, hasKind, type Wanted } from "../contenders/table.ts";
import { kilo, table } from "../markdown.ts";
import { note, type Section } from "../section.ts";

/** The functions that are deployed. */
export const functions: readonly { readonly name: string; readonly wanted: Wanted }[] = [
  { name: "create with JWT", wanted: { kind: "create", guarded: true } },
  { name: "retrieve with JWT", wanted: { kind: "retrieve", guarded: true } },
  { name: "retrieve", wanted: { kind: "retrieve" } },
  { name: "queue", wanted: { kind: "queue" } },
];

const cellOf = ({ size, gzip, later }: Bundle): string =>
  `${kilo(size)} / ${kilo(gzip)}${later > 0 ? ` + ${kilo(later)}` : ""}`;

export const bundles: Section = {
  name: "bundles",
  async run() {
    const names = Object.keys(entries);
    const rows: string[][] = [];
    for (const name of names) {
      const cells: string[] = [];
      for (const { wanted } of functions) {
        const has = hasKind(entries[name] as never, wanted.kind);
        cells.push(has ? cellOf(await bundle(name, wanted)) : "-");
      }
      rows.push([name, ...cells]);
      note(`bundles: ${name}`);
    }
    return table([["kB at start, minified / gzip + later", ...functions.map(({ name }) => name)], ...rows]);
  },
};
