import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check } from "recheck";
import { describe, expect, it } from "vitest";
import { script } from "../api/docs/script.ts";
import { type Pattern, readPatterns } from "./support/patterns.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every folder whose code runs for users; the later ones are guarded from the day they are there. */
const folders = ["src", "middlewares", "generics", "api", "client", "tools", "examples"];

const files = folders
  .flatMap(folder => globSync(`${folder}/**/*.{ts,mts,js,mjs}`, { cwd: root }))
  .map(path => path.replaceAll("\\", "/"))
  .filter(path => !path.includes("node_modules/") && !/\/\.|\/dist\//.test(path))
  .sort();

const sources = [
  ...files.map(path => readPatterns(path, readFileSync(`${root}/${path}`, "utf8"))),
  // The browser's script is text in its module.
  readPatterns("api/docs/script.js", script),
];
const written = sources.flatMap(source => source.written);
const composed = sources.flatMap(source => source.composed);

/**
 * Patterns that are put together at run time. Each needs a reason; none of them is ours to check.
 */
const composedFor: Readonly<Record<string, string>> = {
  'src/schema/jsonSchemaViews.ts new RegExp(pattern, "u")':
    "a key of patternProperties in the user's own JSON Schema",
  'src/schema/declared.ts new RegExp(pattern, "u")':
    "a key of patternProperties in the user's own JSON Schema",
  'api/openapi/sample.ts new RegExp(pattern, "u")':
    "the pattern of a user's own JSON Schema, tried on our own samples while a document is made",
  "examples/starter/test/api.test.ts new RegExp(`${path}$`)": "a test's own path, on a response of a test",
};

/** The patterns of packages that clients' texts reach. */
const packages: readonly string[] = [
  "@middy/core",
  "@middy/util",
  "@middy/http-json-body-parser",
  "@middy/http-error-handler",
  "@middy/http-cors",
  "@middy/warmup",
  "@remix-run/multipart-parser",
  "jose",
];

/** What of the formats of JSON Schema does not pass, and why it may stand. The growth tests measure these formats too. */
const formatsFor: readonly [start: string, reason: string][] = [
  ["^(?:https?|ftp):", "format url: never used, src/schema/jsonSchema.ts has its own"],
  ["^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@", "format email of the fast mode, which the product does not use"],
  [
    "^(?:[a-z][a-z0-9+\\-.]*:)(?:\\/?\\/(?:",
    "format uri: too large for the automaton, and what is left is a guess; each of its parts ends where the next begins",
  ],
  ["^P(?!$)", "format duration: anchored, and each of its seven optional parts reads the same digits once"],
];

interface Verdict {
  pattern: string;
  status: string;
  complexity: string;
}

async function judge({ source, flags }: Pick<Pattern, "source" | "flags">): Promise<Verdict> {
  const { status, ...more } = await check(source, flags, { timeout: 60_000, randomSeed: 1 });
  const { complexity, error } = more as { complexity?: { summary: string }; error?: { kind: string } };
  return { pattern: `/${source}/${flags}`, status, complexity: complexity?.summary ?? error?.kind ?? "" };
}

/** Those that are not proven to be linear, with where they stand. */
async function notLinear(patterns: readonly Pattern[]): Promise<string[]> {
  const places = new Map<string, { source: string; flags: string; places: string[] }>();
  for (const { source, flags, place } of patterns) {
    const key = `/${source}/${flags}`;
    const known = places.get(key) ?? { source, flags, places: [] };
    places.set(key, { ...known, places: [...known.places, place] });
  }
  const faults: string[] = [];
  for (const [key, { places: at, ...pattern }] of places) {
    const { status, complexity } = await judge(pattern);
    if (status !== "safe") faults.push(`${key} is ${status} (${complexity}) at ${at.join(", ")}`);
  }
  return faults;
}

describe("the instruments", () => {
  it("see literals, RegExp with a text, texts that match compiles, and patterns of JSON Schemas", () => {
    const source = `
      const a = /a+/g; const b = new RegExp("b+"); const c = RegExp(\`c+\`, "i"); text.match("d+");
      const e: object = { pattern: "e+", "pattern": \`f+\` }; // /no/
      const g = "/no/"; text.search(name); const { pattern } = schema;
    `;
    const { written: all, composed: none } = readPatterns("x.ts", source);
    expect(all.map(pattern => `/${pattern.source}/${pattern.flags}`)).toEqual([
      "/a+/g",
      "/b+/",
      "/c+/i",
      "/d+/",
      "/e+/u",
      "/f+/u",
    ]);
    expect(all[0]?.place).toBe("x.ts:2");
    expect(none).toEqual([]);
  });

  it("see what is put together when the program runs", () => {
    const source = `new RegExp(\`^\${a}$\`); globalThis.RegExp(b); text.match(\`^\${c}\`); new RegExp("d", flags)`;
    expect(readPatterns("x.ts", source).composed.map(({ text }) => text)).toEqual([
      `new RegExp(\`^\${a}$\`)`,
      "globalThis.RegExp(b)",
      `text.match(\`^\${c}\`)`,
      'new RegExp("d", flags)',
    ]);
  });

  it("find exponential and quadratic patterns, and let linear ones pass", async () => {
    const patterns = ["^(?:a+)+$", "/+$", "^\\d+\\.?\\d*$", "^\\d+(?:\\.\\d*)?$", "^[^;]*;"];
    const verdicts = await Promise.all(patterns.map(source => judge({ source, flags: "" })));
    expect(verdicts.map(({ status }) => status)).toEqual([
      "vulnerable",
      "vulnerable",
      "vulnerable",
      "safe",
      "safe",
    ]);
  });
});

describe("regular expressions take linear time", () => {
  it("are found in every folder that is there", () => {
    expect(written.length).toBeGreaterThan(150);
    for (const folder of folders.filter(path => existsSync(`${root}/${path}`))) {
      expect(
        files.some(path => path.startsWith(`${folder}/`)),
        folder,
      ).toBe(true);
    }
  });

  it("in all that the product writes", { timeout: 600_000 }, async () => {
    expect(await notLinear(written)).toEqual([]);
  });

  it("are put together at run time only where it is said why", () => {
    const keys = composed.map(({ text, place }) => `${place.replace(/:\d+$/, "")} ${text}`);
    expect(new Set(keys)).toEqual(new Set(Object.keys(composedFor)));
  });

  it("in all packages that clients' texts go through", { timeout: 600_000 }, async () => {
    const patterns = packages
      .flatMap(name => globSync(`node_modules/${name}/**/*.js`, { cwd: root }))
      .map(path => path.replaceAll("\\", "/"))
      .flatMap(path => readPatterns(path, readFileSync(`${root}/${path}`, "utf8")).written);
    expect(patterns.length).toBeGreaterThan(20);
    expect(await notLinear(patterns)).toEqual([]);
  });

  it("in all formats of JSON Schema", { timeout: 600_000 }, async () => {
    const path = "node_modules/ajv-formats/dist/formats.js";
    const { written: all } = readPatterns(path, readFileSync(`${root}/${path}`, "utf8"));
    const exempt = formatsFor.map(([start]) => all.filter(({ source }) => source.startsWith(start)));
    expect(exempt.map(({ length }) => length)).toEqual(formatsFor.map(() => 1));
    const patterns = all.filter(pattern => !exempt.flat().includes(pattern));
    expect(patterns.length).toBeGreaterThan(15);
    expect(await notLinear(patterns)).toEqual([]);
  });
});
