import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, makeProject, ownTsverless, type Project } from "../../../support/cli.ts";
import { eventOf, received } from "../../../support/events.ts";
import { type Consumer, makeConsumer, type Packed, packProject } from "../../../support/packedPackage.ts";
import { runBuilt } from "../../../support/runBuilt.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const starter = join(root, "examples/starter");
const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");

describe("new", () => {
  let project: Project;
  const run = (...args: string[]): Promise<Ended> => ownTsverless(["new", ...args], { cwd: project.folder });
  beforeAll(() => {
    project = makeProject({ "full/notes.txt": "mine", "file.txt": "a file", "repo/.git/HEAD": "ref: x" });
  });
  afterAll(() => project.remove());

  it("copies the starter under the name of its folder, and says what comes next", async () => {
    expect(await run("My Shop")).toEqual({
      code: 0,
      out: 'my-shop is in My Shop. Next:\n\n  cd "My Shop"\n  npm install\n  npm test\n  npm run dev\n',
      err: "",
    });
    const folder = join(project.folder, "My Shop");
    expect(JSON.parse(read(folder, "package.json"))).toEqual({
      ...JSON.parse(read(starter, "package.json")),
      name: "my-shop",
    });
    expect(read(folder, "src/models.ts")).toContain("./.data/my-shop.sqlite");
    expect(read(folder, "README.md")).toMatch(/^# my-shop\n/);
    expect(read(folder, "src/notes.ts")).toBe(read(starter, "src/notes.ts"));
    expect(read(folder, ".gitignore")).toBe("node_modules\ndist\n.data\n");
  });

  it("says as JSON what it wrote, and takes another name", async () => {
    const { code, out, err } = await run("deep/er", "--name", "@acme/shop", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const { folder, name, files } = JSON.parse(out) as { folder: string; name: string; files: string[] };
    expect([folder, name]).toEqual([join(project.folder, "deep/er"), "@acme/shop"]);
    expect(files).toEqual([
      "README.md",
      ".gitignore",
      "package.json",
      "src/api.ts",
      "src/models.ts",
      "src/notes.ts",
      "src/users.ts",
      "test/api.test.ts",
      "tsconfig.json",
    ]);
    for (const file of files) expect(existsSync(join(folder, file))).toBe(true);
    expect(read(folder, "src/models.ts")).toContain("./.data/shop.sqlite");
  });

  it("takes a folder that has nothing but its history, and leaves any other as it is", async () => {
    expect((await run("repo")).code).toBe(0);
    expect(read(project.folder, "repo/.git/HEAD")).toBe("ref: x");
    expect(await run("full")).toEqual({ code: 1, out: "", err: "tsverless: The folder full is not empty\n" });
    expect(await run("file.txt")).toEqual({ code: 1, out: "", err: "tsverless: file.txt is a file\n" });
    expect(existsSync(join(project.folder, "full/package.json"))).toBe(false);
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining("<folder> is missing") });
    expect(await run("x", "--name", "No Name")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--name must be a name for a package of npm"),
    });
    expect(await run("___")).toMatchObject({ code: 2, err: expect.stringContaining("say one with --name") });
    expect(existsSync(join(project.folder, "x"))).toBe(false);
  });

  it("settles which install scripts run, as this project does, so that npm has nothing to ask", () => {
    const ours = JSON.parse(read(root, "package.json")).allowScripts as Record<string, boolean>;
    const { allowScripts } = JSON.parse(read(starter, "package.json"));
    expect(allowScripts).toEqual({ "@scarf/scarf": ours["@scarf/scarf"], esbuild: ours.esbuild });
  });

  it("asks for this version of tsverless, and for the packages that it is tested with", () => {
    const own = JSON.parse(read(root, "package.json"));
    const { dependencies, devDependencies } = JSON.parse(read(starter, "package.json"));
    const { tsverless, ...others } = { ...dependencies, ...devDependencies } as Record<string, string>;
    expect(tsverless).toBe(`^${own.version}`);
    const tested = Object.keys(others).map(name => [name, `^${own.devDependencies[name]}`]);
    expect(others).toEqual(Object.fromEntries(tested));
  });
});

describe("the starter, from the packed package", () => {
  let packed: Packed;
  let consumer: Consumer;
  let folder: string;

  /** Runs a script of the starter as a user does. */
  const npm = (...args: string[]): Ended => {
    const env = { PATH: process.env.PATH, HOME: consumer.folder };
    const shell = process.platform === "win32";
    const { status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8", env, shell });
    return { code: status, out: stdout, err: stderr };
  };

  beforeAll(() => {
    packed = packProject();
    consumer = makeConsumer(packed, [
      "@types/node",
      "esbuild",
      "kysely",
      "swagger-ui-dist",
      "typescript",
      "yaml",
    ]);
    const bin = join(consumer.folder, "node_modules/.bin");
    mkdirSync(bin);
    const { bin: own } = JSON.parse(read(root, "package.json")) as { bin: { tsverless: string } };
    const main = join(consumer.folder, "node_modules/tsverless", own.tsverless);
    chmodSync(main, 0o755); // As npm does.
    symlinkSync(main, join(bin, "tsverless"));
    symlinkSync(join(root, "node_modules/typescript/bin/tsc"), join(bin, "tsc"));
    const { code, err } = consumer.node(main, "new", "shop");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    folder = join(consumer.folder, "shop");
  });
  afterAll(() => {
    consumer?.remove();
    packed?.remove();
  });

  it("passes its own tests", () => {
    const { code, out } = npm("test");
    expect(out).toMatch(/pass 6\b/);
    expect(out).toMatch(/fail 0\b/);
    expect(code).toBe(0);
    expect(existsSync(join(folder, ".data"))).toBe(false);
  });

  it("has the types that it says", () => {
    expect(npm("run", "--silent", "typecheck")).toEqual({ code: 0, out: "", err: "" });
  });

  it("is built, and the function answers in plain Node", () => {
    const { code, out, err } = npm("run", "--silent", "build");
    expect(code).toBe(0);
    expect(err).toMatch(/^note: Lambda can't keep the SQLite file \.\/\.data\/shop\.sqlite: .*\n$/);
    expect(out).toMatch(/dist\/api\/index\.mjs +[\d.]+ kB/);
    const responses = runBuilt(
      join(folder, "dist/api"),
      ["/me", "/docs", "/docs/swagger-ui.css"].map(path => eventOf("http", { path })),
      { DATABASE: ":memory:" },
    );
    expect(responses.map(response => received("http", response).status)).toEqual([401, 200, 200]);
  });

  it("has infrastructure", () => {
    const { code } = npm("exec", "--offline", "--", "tsverless", "deploy-template");
    expect(code).toBe(0);
    expect(read(folder, "template.yaml")).toContain("/notes/{id}:");
  });

  it("is served, and does over HTTP what its README says", async () => {
    const tsverless = join(consumer.folder, "node_modules/.bin/tsverless");
    const env = { PATH: process.env.PATH, HOME: consumer.folder };
    const child = spawn(process.execPath, [tsverless, "dev", "src/api.ts", "--port", "0"], {
      cwd: folder,
      env,
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let said = "";
        for (const stream of [child.stdout, child.stderr]) {
          stream.on("data", chunk => {
            said += chunk;
            const [, found] = /is on (http:\S+),/.exec(said) ?? [];
            if (found !== undefined) resolve(found);
          });
        }
        child.on("exit", code => reject(new Error(`It ended with ${code}, and said:\n${said}`)));
      });
      const send = async (
        path: string,
        body?: object,
        token?: string,
      ): Promise<[number, Record<string, string>]> => {
        const headers = {
          ...(body && { "content-type": "application/json" }),
          ...(token && { authorization: `Bearer ${token}` }),
        };
        const given = body && { method: "POST", body: JSON.stringify(body) };
        const response = await fetch(url + path, { headers, ...given });
        return [response.status, (await response.json()) as Record<string, string>];
      };
      const ann = { email: "ann@example.com", password: "correct horse battery" };
      expect((await send("/users", ann))[0]).toBe(201);
      const [status, { token }] = await send("/login", ann);
      expect(status).toBe(200);
      const [made, note] = await send("/notes", { title: "Milk" }, token);
      expect([made, note]).toEqual([
        201,
        { id: expect.any(String), title: "Milk", createdAt: expect.any(String) },
      ]);
      expect(await send("/notes", undefined, token)).toEqual([200, [note]]);
      expect((await send("/notes"))[0]).toBe(401);
      expect(existsSync(join(folder, ".data/shop.sqlite"))).toBe(true);
    } finally {
      const gone = once(child, "exit");
      child.kill("SIGINT");
      await gone;
    }
  });
});
