import { BadRequest } from "../../src/core/errors.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../../src/core/middleware.ts";
import { sentQuery } from "../../src/http/query.ts";
import type { Model } from "../../src/models/types.ts";
import { includesOf } from "../../src/serializers/includes.ts";
import { type Serialize, toSerializer } from "../../src/serializers/toSerializer.ts";
import type { Including } from "./including.ts";

/** So many serializers of different requests are kept: of ten names there could be a thousand. */
const mostKept = 100;

/**
 * Reads the option that lets a client ask for relations. It is what `#include` means unless the condition `tsverless-no-include` is
 * given.
 *
 * @param factory who takes it, for messages
 * @param options with the serializer
 * @param model whose objects they are
 * @returns `undefined` without the option
 * @throws TypeError when it names what is not a relation that the serializer shows
 */
export function includingOf(
  factory: string,
  { include, serializer }: { include?: readonly string[]; serializer?: unknown },
  model: Pick<Model<unknown>, "relations">,
): Including | undefined {
  if (include === undefined) return undefined;
  const names = new Set(include);
  if (names.size === 0 || names.size < include.length) {
    throw new TypeError(`${factory}: option "include" must name relations, each once`);
  }
  const { only } = includesOf(`${factory}: option "include"`, include, serializer, model);
  const kept = new Map<string, Serialize>();

  function made(asked: ReadonlySet<string>): Serialize {
    const key = include?.filter(name => asked.has(name)).join() ?? "";
    const known = kept.get(key);
    if (known !== undefined) return known;
    const serialize = toSerializer(only(asked) as never, model);
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, serialize);
    return serialize;
  }
  // What is wrong with a relation is said when the factory runs.
  made(names);
  made(new Set());

  function refuse(reason: string): never {
    throw new BadRequest(`${reason}: there are ${[...names].join(", ")}`, { field: "include" });
  }

  /** What is asked for; what is below a relation asks for that too. */
  function asked(event: unknown): ReadonlySet<string> {
    const values = sentQuery(event).include;
    if (values === undefined) return new Set();
    if (values.length > 1) refuse("Parameter include given more than once");
    const given = (values[0] ?? "").split(",");
    if (!given.every(name => names.has(name))) refuse("Unknown name in parameter include");
    if (new Set(given).size < given.length) refuse("Repeated name in parameter include");
    const outer = given.flatMap(name =>
      name.split(".").map((_, end, parts) => parts.slice(0, end + 1).join(".")),
    );
    return new Set(outer);
  }
  const serializerFor = (event: unknown): Serialize => made(asked(event));

  function readIncludeBefore({ event }: HookRequest): void {
    asked(event);
  }
  const check: Middleware = defineMiddleware({
    name: "readInclude",
    needs: ["event.queryStringParameters"],
    openapi: () => ({
      parameters: [
        {
          in: "query",
          name: "include",
          list: "comma",
          source: { json: { type: "string", enum: [...names] } },
          description: "What is related, and goes out only where it is asked for",
        },
      ],
      errors: [400],
    }),
    before: readIncludeBefore,
  });
  return {
    serialize: (object, request) => serializerFor((request as { event: unknown }).event)(object, request),
    serializerFor,
    checks: [check],
  };
}
