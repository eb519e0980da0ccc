import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compilers } from "../support/packedPackage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const library = join(dirname(dirname(compilers["5.9"])), "lib/typescript.js");

/** As much as is used of the language service that editors ask. TypeScript 7 has none for programs. */
interface LanguageService {
  getSemanticDiagnostics(path: string): { category: number; messageText: string | Chain }[];
  getQuickInfoAtPosition(path: string, position: number): { displayParts: { text: string }[] } | undefined;
}
interface Compiler {
  sys: { readFile(path: string): string | undefined; fileExists(path: string): boolean };
  ScriptSnapshot: { fromString(text: string): unknown };
  readConfigFile(path: string, read: unknown): { config: unknown };
  parseJsonConfigFileContent(config: unknown, host: unknown, folder: string): { options: object };
  getDefaultLibFilePath(options: object): string;
  createLanguageService(host: object): LanguageService;
}

const program = `
import { api, createHandler, httpPreset, listHandler, type Model, pathParams, pick, pipeline, requireKeys, resource, serialize } from "tsverless";
import { client } from "tsverless/client";

interface Post { id: string; title: string; text: string | null; createdAt: Date }
declare const Posts: Model<Post>;

export const /*1*/create = createHandler(Posts, {
  required: ["title"],
  optional: ["text"],
  serializer: pick("id", "createdAt"),
  create: data => Posts.create({ ...data, createdAt: new Date() }),
});
export const /*2*/list = listHandler(Posts, { serializer: pick("id"), filters: { title: ["eq"] }, count: true, envelope: true });
export const /*3*/login = pipeline(
  [...httpPreset<{ email: string; password: string; note?: string }>(), requireKeys(["email", "password"])],
  async ({ body }) => ({ token: body.email, at: new Date() }),
);
export const /*4*/posts = resource(Posts, {
  serializer: pick("id", "title"),
  required: ["title"],
  update: { optional: ["text"] },
  list: false,
  retrieve: false,
});
export const /*5*/blog = api({ "POST /login": login, posts: { create } });
const server = client<typeof blog>("/");
export const answer = server.posts./*6*/create({ title: "x" });
export const /*7*/file = pipeline([serialize(), pathParams("path")], event => event.pathParameters.path);
`;

const mistakes = `
import { createHandler, listHandler, type Model, pick, resource, updateHandler } from "tsverless";
import * as z from "zod";

interface Post { id: string; title: string }
declare const Posts: Model<Post>;

listHandler(Posts, { serializer: pick("titel") });
listHandler(Posts, { serializer: pick("id"), ordering: ["titel"] });
resource(Posts, { auth: { model: Posts }, required: ["title"] });
updateHandler(Posts, { auth: { model: Posts }, required: ["title"] });
createHandler(Posts, { body: z.object({ title: z.number() }) });
`;

/** A message with all that stands under it, of which the last says why. */
interface Chain {
  messageText: string;
  next?: Chain[];
}
const reasonOf = (message: string | Chain): string =>
  typeof message === "string"
    ? message
    : message.next === undefined
      ? message.messageText
      : reasonOf(message.next[0] as Chain);

const file = join(root, "test/seams/hovered.ts");

/** What an editor asks about a program. */
function serve(text: string): LanguageService {
  const ts = createRequire(import.meta.url)(library) as Compiler;
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const readFile = (path: string) => (path === file ? text : ts.sys.readFile(path));
  return ts.createLanguageService({
    ...ts.sys,
    readFile,
    fileExists: (path: string) => path === file || ts.sys.fileExists(path),
    getCompilationSettings: () => ({ ...options, isolatedDeclarations: false }),
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot(path: string) {
      const found = readFile(path);
      return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => true,
  });
}

function hovers(): string[] {
  const service = serve(program);
  expect(service.getSemanticDiagnostics(file).map(({ messageText }) => messageText)).toEqual([]);
  return [...program.matchAll(/\/\*\d\*\//g)].map(({ 0: mark, index }) => {
    const { displayParts = [] } = service.getQuickInfoAtPosition(file, index + mark.length) ?? {};
    return displayParts.map(({ text }) => text).join("");
  });
}

const shown = [
  `const create: LambdaHandler<HttpResult, {
    body: {
        title: string;
        text?: string | null | undefined;
    };
    output: {
        id: string;
        createdAt: string;
    };
}>`,
  `const list: LambdaHandler<HttpResult, {
    query?: {
        limit?: number | undefined;
        offset?: number | undefined;
        cursor?: string | undefined;
        title?: string | undefined;
        "title[eq]"?: string | undefined;
        count?: boolean | undefined;
    } | undefined;
    output: {
        items: {
            id: string;
        }[];
        next: string | null;
        total?: number;
    };
}>`,
  `const login: LambdaHandler<HttpResult, {
    body: {
        email: string;
        password: string;
    };
    output: {
        token: string;
        at: string;
    };
}>`,
  `const posts: {
    create: LambdaHandler<HttpResult, {
        body: {
            title: string;
        };
        output: {
            title: string;
            id: string;
        };
    }>;
    update: LambdaHandler<HttpResult, {
        params: {
            id: string;
        };
        body: {
            title: string;
            text?: string | null | undefined;
        };
        changes: {
            text?: string | null | undefined;
            title?: string | null | undefined;
        };
        output: {
            title: string;
            id: string;
        };
    }>;
    delete: LambdaHandler<HttpResult, {
        params: {
            id: string;
        };
        output: undefined;
    }>;
}`,
  `const blog: Api<{
    readonly "POST /login": LambdaHandler<HttpResult, {
        body: {
            email: string;
            password: string;
        };
        output: {
            token: string;
            at: string;
        };
    }>;
    readonly posts: {
        readonly create: LambdaHandler<HttpResult, {
            body: {
                title: string;
                text?: string | null | undefined;
            };
            output: {
                id: string;
                createdAt: string;
            };
        }>;
    };
}, object>`,
  `(property) create: (body: {
    title: string;
    text?: string | null | undefined;
}, options?: CallOptions | undefined) => Promise<Result<{
    id: string;
    createdAt: string;
}>>`,
  `const file: LambdaHandler<HttpResult, {
    params: {
        path: string;
    };
    output: string;
}>`,
];

describe.skipIf(!existsSync(library))("an editor shows the contract", () => {
  it("of createHandler, listHandler, pipeline, resource, api and a call of the client", () => {
    expect(hovers()).toEqual(shown);
  });
});

describe.skipIf(!existsSync(library))("the compiler says what is wrong", () => {
  it("of a misspelt key, a missing serializer, and a schema of what the model does not hold", () => {
    const found = serve(mistakes).getSemanticDiagnostics(file);
    expect(
      found.map(({ messageText }) =>
        reasonOf(messageText).replace(/(argument|in) type '\{ .* \}' but/, "$1 it but"),
      ),
    ).toEqual([
      `Type '"titel"' is not assignable to type '"id" | "title"'. Did you mean '"title"'?`,
      `Type '"titel"' is not assignable to type '"id" | "title"'. Did you mean '"title"'?`,
      "Property 'serializer' is missing in it but required in type 'SerializerRequired'.",
      "Property 'serializer' is missing in it but required in type 'SerializerRequired'.",
      "Type 'number' is not assignable to type 'string'.",
    ]);
  });
});
