import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configure } from "../../src/index.ts";
import { type DevServer, serve } from "../../tools/dev/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const generator = join(root, "test/packages/openapiTypes/node_modules/openapi-typescript/bin/cli.js");
const isInstalled = existsSync(generator);
if (!isInstalled) console.log("Skipped: openapi-typescript; `npm run install:openapi-types` installs it");

/** What somebody writes who has the document alone. */
const program = `
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

const [url] = process.argv.slice(2);
const server = createClient<paths>({ baseUrl: url });
const user = { email: "ann@example.com", password: "correct horse", name: "Ann" };

const signedUp = await server.POST("/users", { body: user });
const id: string | undefined = signedUp.data?.id;
const again = await server.POST("/users", { body: user });
const code: number | string | undefined = again.error?.code;
const login = await server.POST("/login", { body: user });
const headers = { authorization: "Bearer " + login.data?.token };
const made = await server.POST("/posts", { headers, body: { title: "Hello", text: "x", tags: ["a"] } });
const post: components["schemas"]["Post"] | undefined = made.data;
const listed = await server.GET("/posts", { params: { query: { author: { eq: id ?? "" }, order: ["-createdAt"], limit: 1 } } });
const titles: string[] | undefined = listed.data?.map(({ title }) => title);
const one = await server.GET("/posts/{id}", { params: { path: { id: post?.id ?? "" } } });
const gone = await server.DELETE("/posts/{id}", { headers, params: { path: { id: post?.id ?? "" } } });
const none = await server.GET("/posts/{id}", { params: { path: { id: post?.id ?? "" } } });
console.log(JSON.stringify([
  signedUp.response.status, typeof id, code, again.error?.field, made.response.status, titles, one.data?.tags,
  gone.response.status, none.error?.message,
]));
`;

const mistakes = `
import createClient from "openapi-fetch";
import type { paths } from "./schema.d.ts";
const server = createClient<paths>({ baseUrl: "" });
// @ts-expect-error no such path
server.GET("/pots");
// @ts-expect-error no such method
server.PUT("/login", { body: {} });
// @ts-expect-error a key is missing
server.POST("/login", { body: { email: "x" } });
// @ts-expect-error of the wrong type
server.POST("/posts", { body: { title: 5, text: "x" } });
// @ts-expect-error no such order
server.GET("/posts", { params: { query: { order: ["author"] } } });
// @ts-expect-error the variable is missing
server.GET("/posts/{id}", {});
// @ts-expect-error it is not a field of what goes out
server.POST("/users", { body: { email: "x", password: "y" } }).then(({ data }) => data?.password);
`;

const run = promisify(execFile);
const node = async (...args: string[]): Promise<string> => {
  const { stdout } = await run(process.execPath, args).catch(error => {
    throw new Error(`${error.stdout}${error.stderr}`);
  });
  return stdout;
};

describe.skipIf(!isInstalled)("openapi-typescript and openapi-fetch", () => {
  let folder: string;
  let server: DevServer;
  let close: () => Promise<void>;

  beforeAll(async () => {
    process.env.BLOG_DB = ":memory:";
    configure({ secretKey: "s".repeat(32) });
    const [{ blog }, models] = await Promise.all([
      import("../../examples/blog/api.ts"),
      import("../../examples/blog/models.ts"),
    ]);
    close = models.close;
    server = await serve(blog.routeTable, { port: 0, log: false });
    folder = mkdtempSync(join(realpathSync(tmpdir()), "openapi-types-"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const compilerOptions = {
      target: "es2023",
      module: "nodenext",
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ["node"],
    };
    const files = {
      "package.json": { type: "module" },
      "tsconfig.json": { compilerOptions, files: ["program.ts", "mistakes.ts", "schema.d.ts"] },
      "openapi.json": await blog.openapi(),
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), JSON.stringify(content));
    }
    writeFileSync(join(folder, "program.ts"), program);
    writeFileSync(join(folder, "mistakes.ts"), mistakes);
    await node(generator, join(folder, "openapi.json"), "--output", join(folder, "schema.d.ts"));
  });

  afterAll(async () => {
    await server.close();
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("type every call of the document, and refuse every mistake", async () => {
    expect(await node(join(root, "node_modules/typescript/bin/tsc"), "--project", folder)).toBe("");
  });

  it("talk to the API", async () => {
    const expected = [201, "string", 409, "email", 201, ["Hello"], ["a"], 204, "Resource Not Found"];
    expect(JSON.parse(await node(join(folder, "program.ts"), server.url))).toEqual(expected);
  });
});
