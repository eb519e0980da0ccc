import { readdirSync, readFileSync } from "node:fs";

/** A schema of the official suite, with values and whether the specification calls them valid. */
export interface SuiteGroup {
  /** The file in the suite, and what the suite calls the schema. */
  name: string;
  schema: object | boolean;
  tests: readonly { description: string; data: unknown; valid: boolean }[];
}

const folder = new URL("../src/schema/suite/", import.meta.url);

const groupsOf = (file: string): SuiteGroup[] =>
  (JSON.parse(readFileSync(new URL(file, folder), "utf8")) as (SuiteGroup & { description: string })[]).map(
    ({ description, schema, tests }) => ({ name: `${file}: ${description}`, schema, tests }),
  );

/** The groups of the JSON Schema test suite for draft 2020-12, by file. */
export const officialSuite: ReadonlyMap<string, readonly SuiteGroup[]> = new Map(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(file => file.endsWith(".json"))
    .map(file => file.replaceAll("\\", "/"))
    .sort()
    .map(file => [file, groupsOf(file)]),
);
