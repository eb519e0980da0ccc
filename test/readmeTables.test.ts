import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { apiKinds } from "../api/api.ts";
import { resourceKinds } from "../api/resource.ts";
import { sections } from "../bench/sections/index.ts";
import { authorizerKinds } from "../generics/authorizerHandler.ts";
import { bulkCreateKinds } from "../generics/bulkCreateHandler.ts";
import { bulkDeleteKinds } from "../generics/bulkDeleteHandler.ts";
import { bulkUpdateKinds } from "../generics/bulkUpdateHandler.ts";
import { cognitoKinds } from "../generics/cognitoHandler.ts";
import { createKinds } from "../generics/createHandler.ts";
import { deleteKinds } from "../generics/deleteHandler.ts";
import { directKinds } from "../generics/directHandler.ts";
import { dynamoStreamKinds } from "../generics/dynamoStreamHandler.ts";
import { eventBridgeKinds } from "../generics/eventBridgeHandler.ts";
import { firehoseKinds } from "../generics/firehoseHandler.ts";
import { kafkaKinds } from "../generics/kafkaHandler.ts";
import { kinesisKinds } from "../generics/kinesisHandler.ts";
import { listKinds } from "../generics/listHandler.ts";
import { readSqsKinds } from "../generics/readSqsHandler.ts";
import { restoreKinds } from "../generics/restoreHandler.ts";
import { retrieveKinds } from "../generics/retrieveHandler.ts";
import { s3BatchKinds } from "../generics/s3BatchHandler.ts";
import { s3Kinds } from "../generics/s3Handler.ts";
import { scheduledKinds } from "../generics/scheduledHandler.ts";
import { snsKinds } from "../generics/snsHandler.ts";
import { sqsKinds } from "../generics/sqsHandler.ts";
import { updateKinds } from "../generics/updateHandler.ts";
import * as http from "../src/http/index.ts";
import * as face from "../src/index.ts";
import { operatorNames } from "../src/models/query/where.ts";
import { commands } from "../tools/cli/commands.ts";
import { gatewaySources } from "../tools/emulator/sources.ts";
import { brokenLinks, linkedFrom, manual, pages, sectionOfManual } from "./support/manual.ts";
import { blocksOf, codesIn, rowsOf, sectionOf } from "./support/markdown.ts";
import { parentsOf } from "./support/moduleGraph.ts";

const { HttpError, settings } = face;
const exports: Readonly<Record<string, unknown>> = { ...face };

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");
const contributing = read("CONTRIBUTING.md");
const manifest = JSON.parse(read("package.json")) as Record<"exports" | "scripts", Record<string, unknown>>;

/** The paths below the project's folders that a text names, in code and in prose. */
const pathsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?<![\w./@:-])(?:src|middlewares|generics|api|client|tools|test|bench|examples|docs)\/[\w.*{},/-]*[\w*}]/g,
    ),
  ].map(([path]) => path);

describe("the shell blocks", () => {
  const shell = blocksOf(manual)
    .filter(({ language }) => language === "sh")
    .map(({ code }) => code)
    .join("\n");

  it("ask for routes that the example has", async () => {
    process.env.BLOG_DB = ":memory:";
    // The compiler checks the examples on their own terms: this is not an import that it follows.
    const example = `${root}/examples/blog/api.ts`;
    const { blog } = (await import(example)) as { blog: { routeTable: Record<string, unknown> } };
    const asked = shell.split("\n").flatMap(line => {
      const path = /\bcurl .*?localhost:3000(\/[^\s'?]*)/.exec(line)?.[1];
      return path === undefined ? [] : [`${line.includes(" -d ") ? "POST" : "GET"} ${path}`];
    });
    expect(asked).toEqual(["POST /users", "POST /login", "POST /posts", "GET /posts"]);
    expect(asked.filter(route => !(route in blog.routeTable))).toEqual([]);
  });

  it("name scripts that there are, and so does the text", () => {
    const text = `${shell}\n${contributing}`;
    const named = [...text.matchAll(/\bnpm (?:run )?(start|test|check|format|build|bench)\b/g)];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(([, name = ""]) => manifest.scripts[name] === undefined)).toEqual([]);
  });
});

describe("the tables", () => {
  const nameIn = (cell = ""): string => /^`(\w+)/.exec(cell)?.[1] ?? "";
  const exported = (folder: string): string[] =>
    globSync(`${folder}/*.ts`, { cwd: root })
      .map(path => path.replace(/^.*[\\/]|\.ts$/g, ""))
      .filter(name => name in exports)
      .sort();

  it("of middlewares and presets have every middleware of the package", () => {
    const names = rowsOf(sectionOfManual("The middlewares")).map(([cell]) => nameIn(cell));
    expect(names.sort()).toEqual(exported("middlewares"));
  });

  const generics = rowsOf(sectionOfManual("The factories"));
  const factories = generics.filter(({ length }) => length === 4);
  const common = generics.filter(({ length }) => length === 2).flatMap(([cell = ""]) => codesIn(cell));
  const alone = factories.filter(([cell]) => nameIn(cell) !== "resource");

  it("of generics have every factory of the package", () => {
    expect(factories.map(([cell]) => nameIn(cell)).sort()).toEqual(
      [...exported("generics"), ...exported("api")].sort(),
    );
  });

  /** The options of each factory, by which it checks what it is given. */
  const tables: Readonly<Record<string, object>> = {
    createHandler: createKinds,
    retrieveHandler: retrieveKinds,
    updateHandler: updateKinds,
    deleteHandler: deleteKinds,
    listHandler: listKinds,
    bulkCreateHandler: bulkCreateKinds,
    bulkUpdateHandler: bulkUpdateKinds,
    bulkDeleteHandler: bulkDeleteKinds,
    restoreHandler: restoreKinds,
    api: apiKinds,
    authorizerHandler: authorizerKinds,
    readSqsHandler: readSqsKinds,
    sqsHandler: sqsKinds,
    snsHandler: snsKinds,
    kinesisHandler: kinesisKinds,
    dynamoStreamHandler: dynamoStreamKinds,
    kafkaHandler: kafkaKinds,
    firehoseHandler: firehoseKinds,
    s3Handler: s3Kinds,
    s3BatchHandler: s3BatchKinds,
    eventBridgeHandler: eventBridgeKinds,
    scheduledHandler: scheduledKinds,
    cognitoHandler: cognitoKinds,
    directHandler: directKinds,
  };

  it.each(alone.map(([cell = "", , , options = ""]) => [nameIn(cell), options]))(
    "of generics list all options of %s",
    (name, options) => {
      const own = codesIn(options);
      const documented = options.startsWith("only") ? own : [...own, ...common];
      expect([...new Set(documented)].sort()).toEqual(Object.keys(tables[name] ?? {}).sort());
    },
  );

  it("of generics list the verbs of resource, whose other options are those of the verbs", () => {
    const [, , , options = ""] = factories.find(([cell]) => nameIn(cell) === "resource") ?? [];
    const verbs = codesIn(options).filter(code => code !== "false");
    expect(verbs).toEqual(["create", "retrieve", "update", "delete", "list", "restore", "bulk"]);
    const documented = new Set([...verbs, ...common, ...alone.flatMap(([, , , cell = ""]) => codesIn(cell))]);
    expect(Object.keys(resourceKinds).filter(name => !documented.has(name))).toEqual([]);
  });

  it("of the command line have every command with its arguments and options", async () => {
    const all = await Promise.all(Object.values(commands).map(load => load()));
    const rows = all.map(({ name, args, options }) => [
      [name, ...args.map(({ name, required }) => (required ? `<${name}>` : `[${name}]`))].join(" "),
      Object.keys(options).map(option => `--${option}`),
    ]);
    const documented = rowsOf(sectionOfManual("Command line")).map(([usage = "", , options = ""]) => [
      codesIn(usage)[0],
      codesIn(options),
    ]);
    expect(documented).toEqual(rows);
  });

  it("of tsverless/http have every function of it, and no other", () => {
    const documented = rowsOf(sectionOfManual("What `tsverless/http` has")).flatMap(([cell = ""]) =>
      codesIn(cell),
    );
    expect(documented.map(code => /^\w+/.exec(code)?.[0]).sort()).toEqual(Object.keys(http).sort());
  });

  it("of errors have every class with its status and message", () => {
    const classes = Object.entries(exports).filter(
      ([, value]) =>
        typeof value === "function" && (value as { prototype?: unknown }).prototype instanceof HttpError,
    );
    const rows = classes.map(([name, value]) => {
      const { statusCode, message } = new (value as new () => face.HttpError)();
      return [name, String(statusCode), `\`${message}\``];
    });
    const documented = rowsOf(sectionOfManual("Errors")).map(([cell, ...rest]) => [nameIn(cell), ...rest]);
    const base = ["HttpError", "400 to 599", `\`${new HttpError(400).message}\``];
    expect(documented.sort()).toEqual([...rows, base].sort());
  });

  it("of tests name every source", () => {
    const named = /^A `source` is ([\s\S]*?)\.$/m.exec(read("docs/testing.md"))?.[1] ?? "";
    expect(codesIn(named)).toEqual(gatewaySources);
  });

  it("of settings have every setting with its default and variable", () => {
    const rows = Object.entries(settings).map(([name, value]) => {
      const variable = `\`TSVERLESS_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}\``;
      return [`\`${name}\``, `\`${JSON.stringify(value)}\``, name === "userModel" ? "–" : variable];
    });
    expect(rowsOf(sectionOfManual("Settings")).map(row => row.slice(0, 3))).toEqual(rows);
  });

  it("of query parameters have every operator", () => {
    const codes = codesIn(sectionOfManual("Query parameters of lists"));
    expect(operatorNames.filter(name => !codes.includes(name))).toEqual([]);
  });
});

describe("the text", () => {
  it("names all that the package exports", () => {
    const words = new Set(manual.match(/\w+/g));
    expect(Object.keys(exports).filter(name => !words.has(name))).toEqual([]);
  });

  it("names every subpath of the package, and no other", () => {
    const paths = Object.keys(manifest.exports);
    const isOneOfMany = (path: string): boolean => paths.includes(path.replace(/[^/]+$/, "*"));
    const isSubpath = (path: string): boolean => paths.includes(path) || isOneOfMany(path);
    const named = new Set([...manual.matchAll(/tsverless((?:\/\w+)+)/g)].map(([, path]) => `.${path}`));
    expect([...named].filter(path => !isSubpath(path))).toEqual([]);
    expect(paths.filter(path => /^\.\/[\w/]+$/.test(path) && !isOneOfMany(path) && !named.has(path))).toEqual(
      [],
    );
  });

  it.each(["CONTRIBUTING.md", "CHANGELOG.md", ...pages.map(({ path }) => path)])(
    "of %s links to what there is",
    path => expect(brokenLinks(path)).toEqual([]),
  );

  it("of CONTRIBUTING.md has every folder on its map, and none that is gone", () => {
    const rows = rowsOf(sectionOf(contributing, "The rooms"));
    const named = rows.flatMap(([cell = ""]) => codesIn(cell));
    const rooms = "{src,middlewares,generics,api,client,tools,bench,examples}/**/*.ts";
    const folders = globSync([rooms, "test/*/**/*.ts"], {
      cwd: root,
      exclude: path => /node_modules/.test(path),
    })
      .flatMap(path => parentsOf(path.replaceAll("\\", "/")))
      .filter(path => !/^(test|examples|bench|tools\/testing\/access|tools\/cli)\/.+\//.test(`${path}/`));
    const isDocumented = (path: string): boolean => path === "test" || named.includes(path);
    expect([...new Set(folders)].filter(path => !isDocumented(path)).sort()).toEqual([]);
    expect(named.filter(path => !existsSync(`${root}/${path}`))).toEqual([]);
  });

  it.each(["CONTRIBUTING.md", "CHANGELOG.md", ...pages.map(({ path }) => path)])(
    "of %s names files and folders that there are, here or in the starter",
    path => {
      const named = pathsIn(read(path)).filter(name => !name.includes("requireHeaders"));
      const places = [root, `${root}/examples/starter`];
      expect(named.filter(name => !places.some(cwd => globSync(name, { cwd }).length > 0))).toEqual([]);
    },
  );

  it("of CONTRIBUTING.md names files without their folder only where one is called so", () => {
    const bare = codesIn(contributing).filter(code => /^[\w.]+\.ts$/.test(code));
    const known = new Set(
      globSync("{src,middlewares,generics,api,client,tools,test}/**/*.ts", { cwd: root }).map(path =>
        path.replace(/^.*[\\/]/, ""),
      ),
    );
    expect(bare).toContain("reality.test.ts");
    expect(bare.filter(name => !known.has(name) && !name.startsWith("requireHeaders"))).toEqual([]);
  });

  it("of the README is a door: short, and with a way to every page", () => {
    expect(Buffer.byteLength(read("README.md"))).toBeLessThan(10_000);
    const linked = linkedFrom("README.md");
    expect(
      pages.map(({ path }) => path).filter(path => path !== "README.md" && !linked.includes(path)),
    ).toEqual([]);
  });

  it.each(pages.map(({ path }) => path).filter(path => path !== "README.md"))(
    "of %s says first what it is for, and leads to its neighbours and back",
    path => {
      expect(read(path)).toMatch(/^# .+\n\n[^\n]+\.\n\nSee also: /);
      const others = new Set(
        linkedFrom(path).filter(other => other !== path && /^(README|docs\/.*)\.md$/.test(other)),
      );
      expect([others.has("README.md"), others.size > 2]).toEqual([true, true]);
    },
  );

  it("keeps a place for each section of the benchmark", () => {
    const marks = read("docs/performance.md").match(/<!-- bench:\w+:\w+ -->/g);
    expect(marks).toEqual(
      sections.flatMap(({ name }) => [`<!-- bench:${name}:start -->`, `<!-- bench:${name}:end -->`]),
    );
  });
});
