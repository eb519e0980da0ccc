import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeIsTooOld } from "../tools/cli/shell/nodeIsTooOld.ts";
import { type Clone, cleanClone, shellEnvironment } from "./support/cleanClone.ts";
import {
  type Consumer,
  makeConsumer,
  type Outcome,
  type Packed,
  packProject,
  sourcesIn,
  subpathsOf,
} from "./support/packedPackage.ts";

let packed: Packed;
let subpaths: Map<string, string[]>;
/** Has everything that the package can use. */
let consumer: Consumer;
/** Has only what npm installs with the package: no optional peers, no types of Node. */
let bare: Consumer;

const manifest = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const program = readFileSync(new URL("./package/consumer.ts", import.meta.url), "utf8");

beforeAll(() => {
  packed = packProject();
  subpaths = subpathsOf(packed);
  consumer = makeConsumer(packed, [...Object.keys(packed.manifest.peerDependencies), "@types/node"]);
  bare = makeConsumer(packed, []);
});

afterAll(() => {
  for (const made of [consumer, bare, packed]) made?.remove();
});

const specifiers = (): string[] =>
  [...subpaths]
    .filter(([, [target]]) => !target?.endsWith(".json"))
    .map(([path]) => `tsverless${path.slice(1)}`);

describe("the tarball", () => {
  it("has every file that exports leads to", () => {
    const missing = [...subpaths].flatMap(([path, targets]) =>
      targets.filter(target => !packed.files.includes(target.slice(2))).map(target => `${path} -> ${target}`),
    );
    expect(missing).toEqual([]);
    const expected = [...sourcesIn("middlewares"), ...sourcesIn("generics")].map(path => `./${path}`);
    expect([...subpaths.keys()]).toEqual(expect.arrayContaining(expected));
  });

  it("has the build, the starter and its papers, and neither sources, nor tests of its own, nor maps", () => {
    const wanted =
      /^(dist\/(src|middlewares|generics|api|client|tools)\/[\w/]+\.(js|d\.ts)|examples\/starter\/((src|test)\/)?[\w.]+|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
    expect(packed.files.filter(path => !wanted.test(path) || /^dist\/.*tests?\//.test(path))).toEqual([]);
    console.log(
      `The tarball has ${Math.round(packed.size / 1024)} kB, unpacked ${Math.round(packed.unpackedSize / 1024)} kB`,
    );
  });
});

describe("a clean clone", () => {
  let clone: Clone;

  beforeAll(() => {
    clone = cleanClone();
  });
  afterAll(() => clone?.remove());

  it("is built when it is packed, and has the same files", () => {
    expect(clone.has("dist")).toBe(false);
    const { code, out } = clone.npm("pack", "--json", "--silent");
    const [{ filename, files }] = JSON.parse(out) as [{ filename: string; files: { path: string }[] }];
    expect(code).toBe(0);
    expect(files.map(({ path }) => path).sort()).toEqual(packed.files);
    expect(clone.has(filename)).toBe(true);
  });

  it("fails to be packed when it can't be built", () => {
    clone.write("src/index.ts", "export const wrong: string = 1;");
    expect(clone.npm("pack", "--json", "--silent").code).not.toBe(0);
  });
});

/** Major of a version; before 1.0 all are of one. */
const majorOf = (version: string): number => Number.parseInt(version, 10);

describe("the optional peers", () => {
  const { peerDependencies, devDependencies } = JSON.parse(manifest("package.json")) as Record<
    "peerDependencies" | "devDependencies",
    Record<string, string>
  >;

  it.each(Object.entries(peerDependencies))(
    "%s %s has a floor, and ends before the next major",
    (name, range) => {
      const [, floor = "", before] = /^(?:\^|>=)(\d+\.\d+\.\d+)(?: <(\d+))?$/.exec(range) ?? [];
      const tested = devDependencies[name] as string;
      const parts = (version: string): number[] => version.split(".").map(Number);
      const order = parts(tested).map((part, index) => part - (parts(floor)[index] as number));
      expect(order.find(difference => difference !== 0) ?? 0).toBeGreaterThanOrEqual(0);
      expect(before === undefined ? majorOf(floor) + 1 : Number(before)).toBe(majorOf(tested) + 1);
      expect(range.startsWith("^") ? majorOf(floor) : 1).toBeGreaterThan(0);
    },
  );

  it("are the same in the lockfile", () => {
    expect(JSON.parse(manifest("package-lock.json")).packages[""].peerDependencies).toEqual(peerDependencies);
  });
});

describe("the command line", () => {
  const main = "node_modules/tsverless/dist/tools/cli/main.js";
  const shop = `
    import { api, authUser, errors, pipeline } from "tsverless";
    const me = pipeline([errors(), authUser({ loadUser: () => null })], () => 1);
    export const shop = api({ "GET /me": me });`;

  it("is what npm makes a command of", () => {
    const { bin } = packed.manifest;
    expect(bin).toEqual({ tsverless: main.replace("node_modules/tsverless/", "") });
    expect(readFileSync(new URL(`../${bin.tsverless}`, import.meta.url), "utf8")).toMatch(
      /^#!\/usr\/bin\/env node\n/,
    );
  });

  it("loads a project, whose handlers it explains", () => {
    consumer.write("shop.ts", shop);
    expect(consumer.node(main, "routes", "shop.ts")).toEqual({
      code: 0,
      out: "METHOD  PATH  NAME   GUARDS\nGET     /me   getMe  authUser\n",
      err: "",
    });
  });

  const machine = (...args: string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync("node", args, { encoding: "utf8", env: shellEnvironment() });
    return { code: status, out: stdout, err: stderr };
  };
  const { out: found } = machine("--print", "process.versions.node");
  const old = found?.trim() && nodeIsTooOld(found.trim());

  it.skipIf(!old)("says on the machine's own Node, which is too old, what it needs", () => {
    expect(machine(join(consumer.folder, main), "--help")).toEqual({
      code: 1,
      out: "",
      err: `tsverless: ${old}\n`,
    });
  });

  it("says what to install where there is no esbuild", () => {
    bare.write("shop.ts", shop);
    expect(bare.node(main, "routes", "shop.ts")).toEqual({
      code: 1,
      out: "",
      err: "tsverless: esbuild is not installed. Run: npm install --save-dev esbuild\n",
    });
  });
});

/**
 * Imports each module, and prints what failed, then what else came of it. The symbols are of Node's own node:http,
 * `awslambda` is set by the AWS SDK.
 */
const importing = (modules: readonly string[]): string => `
  const state = () => [...Reflect.ownKeys(globalThis), ...process.eventNames()].map(String);
  const before = state();
  const failed = [];
  for (const name of ${JSON.stringify(modules)}) {
    await import(name).catch(error => failed.push(name + ": " + error.code));
  }
  const traces = state().filter(
    name => !before.includes(name) && name !== "awslambda" && !name.startsWith("Symbol(undici."),
  );
  console.log(JSON.stringify([failed, traces]));`;

describe("an import in plain Node", () => {
  const importAll = (project: Consumer, modules: readonly string[]) => {
    project.write("import.js", importing(modules));
    return project.node("--trace-warnings", "import.js");
  };

  it("of any subpath works, without a warning or a trace", () => {
    expect(specifiers().length).toBeGreaterThan(20);
    expect(importAll(consumer, specifiers())).toEqual({ code: 0, out: "[[],[]]\n", err: "" });
  });

  it("needs no optional package, but for the subpaths that are made for one", () => {
    const { code, out, err } = importAll(bare, specifiers());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const needy = [
      "tsverless/idempotency/sql",
      "tsverless/migrate",
      "tsverless/models/drizzle",
      "tsverless/models/drizzleSqlite",
      "tsverless/models/sql",
      "tsverless/models/sqlite",
    ].map(name => `${name}: ERR_MODULE_NOT_FOUND`);
    const [failed, traces] = JSON.parse(out);
    expect([failed.sort(), traces]).toEqual([needy, []]);
  });

  it("of what is not exported is refused", () => {
    const hidden = [
      "tsverless/dist/src/core/options.js",
      "tsverless/options",
      "tsverless/generics/parts/buildChain",
    ];
    const { out } = importAll(bare, hidden);
    expect(JSON.parse(out)).toEqual([hidden.map(name => `${name}: ERR_PACKAGE_PATH_NOT_EXPORTED`), []]);
  });

  it("of tsverless gives these names", () => {
    bare.write("names.js", 'console.log(JSON.stringify(Object.keys(await import("tsverless"))))');
    expect(JSON.parse(bare.node("names.js").out)).toMatchInlineSnapshot(`
      [
        "BadRequest",
        "Conflict",
        "Forbidden",
        "HttpError",
        "MethodNotAllowed",
        "NotFound",
        "PayloadTooLarge",
        "PreconditionFailed",
        "ServerError",
        "TooManyRequests",
        "Unauthorized",
        "UnsupportedMediaType",
        "and",
        "answersPreflights",
        "api",
        "authUser",
        "authenticate",
        "authorizerHandler",
        "bulkCreateHandler",
        "bulkDeleteHandler",
        "bulkUpdateHandler",
        "clearSessionCookie",
        "clientIp",
        "cognitoHandler",
        "compiledSchema",
        "configure",
        "constantTimeEqual",
        "cors",
        "createHandler",
        "defineMiddleware",
        "deleteHandler",
        "directHandler",
        "dynamoStreamHandler",
        "errors",
        "eventBridgeHandler",
        "explain",
        "fields",
        "firehoseHandler",
        "formBody",
        "hashPassword",
        "httpPreset",
        "idempotent",
        "isAuthenticated",
        "isExpired",
        "isHttpError",
        "jsonBody",
        "jsonSchema",
        "kafkaHandler",
        "kinesisHandler",
        "listHandler",
        "listOf",
        "loadObject",
        "loadQueryset",
        "middyPreset",
        "multipart",
        "needsRehash",
        "not",
        "omit",
        "operation",
        "or",
        "pathParams",
        "permit",
        "pick",
        "pipeline",
        "queryParams",
        "randomString",
        "rawBody",
        "readSqsHandler",
        "requireKeys",
        "resource",
        "respond",
        "restoreHandler",
        "retrieveHandler",
        "s3BatchHandler",
        "s3File",
        "s3Handler",
        "s3Preset",
        "scheduledHandler",
        "serialize",
        "sessionCookie",
        "settings",
        "signJwt",
        "snsHandler",
        "sqsHandler",
        "sqsMessages",
        "sqsPreset",
        "updateHandler",
        "validate",
        "verifyJwt",
        "verifyPassword",
        "warmup",
      ]
    `);
  });

  it("of a factory's subpath gives the same function as tsverless does", () => {
    const own = specifiers().filter(name => /^tsverless\/(middlewares|generics)\//.test(name));
    bare.write(
      "same.js",
      `const face = await import("tsverless");
       const names = ${JSON.stringify(own)};
       const differs = async path => (await import(path))[path.split("/").at(-1)] !== face[path.split("/").at(-1)];
       const wrong = await Promise.all(names.map(differs));
       console.log(JSON.stringify(names.filter((_, index) => wrong[index])));`,
    );
    expect(bare.node("same.js")).toEqual({ code: 0, out: "[]\n", err: "" });
  });
});

describe("a strict TypeScript consumer", () => {
  const options = {
    target: "es2023",
    module: "nodenext",
    moduleResolution: "nodenext",
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
  };
  const resolutions: [name: string, options: object][] = [
    ["nodenext", options],
    ["bundler", { ...options, module: "esnext", moduleResolution: "bundler" }],
  ];

  it("uses every subpath", () => {
    const named = specifiers().filter(name => !/\/(middlewares|generics)\//.test(name));
    expect(named.filter(name => !program.includes(`from "${name}"`))).toEqual([]);
  });

  it.each(resolutions)("compiles with module resolution %s", (name, compilerOptions) => {
    const imports = specifiers().map(
      (path, index) => `import * as m${index} from "${path}";\nvoid m${index};\n`,
    );
    consumer.write("consumer.ts", program);
    consumer.write("subpaths.ts", imports.join(""));
    const config = `tsconfig.${name}.json`;
    consumer.write(config, JSON.stringify({ compilerOptions, files: ["consumer.ts", "subpaths.ts"] }));
    expect(consumer.tsc(config)).toEqual({ code: 0, out: "", err: "" });
  });

  it("complains of a type that is not what it seems, and of an import that is not there", () => {
    const wrong = program
      .replace("is<Same<typeof context.tenant, string>>();", "is<Same<typeof context.tenant, number>>();")
      .replace('from "tsverless/rules"', 'from "tsverless/rulez"');
    consumer.write("wrong.ts", wrong);
    consumer.write("tsconfig.wrong.json", JSON.stringify({ compilerOptions: options, files: ["wrong.ts"] }));
    const { code, out } = consumer.tsc("tsconfig.wrong.json");
    expect(code).not.toBe(0);
    expect(out).toContain("Type 'false' does not satisfy the constraint 'true'");
    expect(out).toContain("Cannot find module 'tsverless/rulez'");
  });

  it("runs", () => {
    consumer.write("consumer.ts", program);
    expect(consumer.node("consumer.ts")).toEqual({ code: 0, out: "the consumer is content\n", err: "" });
  });
});
