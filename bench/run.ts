/**
 * Compares handlers of this package with those of other frameworks and with some written by hand. Sections are named as
 * arguments (`warm cold`), else all are measured. `--write` writes the tables into docs/performance.md; `--quick` spends so
 * little time that the figures mean nothing. `--short` measures nothing: it compares responses, counts statements and looks into
 * bundles.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { arePeersInstalled } from "./contenders/peers.ts";
import { removeFolders } from "./folders.ts";
import { origin, writeInto } from "./report.ts";
import { note, type Section } from "./section.ts";

const { values, positionals } = parseArgs({
  options: { short: { type: "boolean" }, write: { type: "boolean" }, quick: { type: "boolean" } },
  allowPositionals: true,
});

const page = new URL("../docs/performance.md", import.meta.url);

/** The other frameworks have a lockfile of their own, so that only who measures has to install them. */
function installPeers(): void {
  if (arePeersInstalled()) return;
  note("Installing the other frameworks from bench/peers/package-lock.json");
  const folder = fileURLToPath(new URL("peers", import.meta.url));
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--prefix", folder], {
    stdio: ["ignore", 2, "inherit"],
  });
}

async function check(): Promise<void> {
  const { compareAll } = await import("./sections/warm.ts");
  const { checkContents } = await import("./sections/contents.ts");
  const { compareStores } = await import("./sections/stores.ts");
  const { compareRelations } = await import("./sections/relations.ts");
  compareAll();
  compareStores();
  compareRelations();
  await checkContents();
}

async function run(): Promise<void> {
  installPeers();
  const { sections } = await import("./sections/index.ts");
  const unknown = positionals.find(name => !sections.some(section => section.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no section ${unknown}: ${sections.map(({ name }) => name).join(", ")}`);
  }
  const wanted = ({ name }: Section): boolean => positionals.length === 0 || positionals.includes(name);
  for (const section of sections.filter(wanted)) {
    const begin = performance.now();
    const report = await section.run(values.quick ? 0.02 : 1);
    console.log(`\n## ${section.name}\n\n${report}`);
    note(`${section.name}: ${Math.round((performance.now() - begin) / 1000)} s`);
    if (values.write) writeInto(page, section.name, `${origin()}\n\n${report}`);
  }
}

try {
  await (values.short ? check() : run());
} finally {
  removeFolders();
}
