import type { Context } from "aws-lambda";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { jsonBody } from "../../middlewares/jsonBody.ts";
import { validate } from "../../middlewares/validate.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import type { After, Checked } from "../../src/pipeline/types.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";

const Body = z.object({ email: z.string(), born: z.coerce.date() });
const Query = jsonSchema({
  type: "object",
  properties: { page: { type: "integer", default: 1 }, tag: { type: "array", items: { type: "string" } } },
});

export function outputsAreTyped(): void {
  pipeline(
    [jsonBody(), validate({ body: Body, query: Query, path: z.object({ id: z.coerce.number() }) })],
    (event, context) => {
      expectTypeOf(event.body).toEqualTypeOf<{ email: string; born: Date }>();
      expectTypeOf(event.queryStringParameters).toEqualTypeOf<{ page: number; tag?: string[] }>();
      expectTypeOf(event.pathParameters).toEqualTypeOf<{ id: number }>();
      expectTypeOf(event.isBase64Encoded).toEqualTypeOf<boolean | undefined>();
      expectTypeOf(context).toExtend<Context>();
    },
  );
  pipeline([validate({ headers: z.object({ "x-tenant": z.string() }) })], event => {
    expectTypeOf(event.headers).toEqualTypeOf<{ "x-tenant": string }>();
    expectTypeOf(event.body).toEqualTypeOf<string | null | undefined>();
  });
  pipeline([jsonBody<string[]>(), validate({ body: z.array(z.string()) })], event => {
    expectTypeOf(event.body).toEqualTypeOf<string[]>();
  });
}

export function aBodySchemaNeedsAParsedBody(): void {
  // @ts-expect-error nothing before it parses the body
  pipeline([validate({ body: Body })], () => undefined);
  // @ts-expect-error the parser comes too late
  pipeline([validate({ body: Body }), jsonBody()], () => undefined);
  const early = [validate({ body: Body })] as const;
  expectTypeOf<Checked<typeof early>>().toEqualTypeOf<
    readonly [{ misplaced: "it needs event.body, which nothing before it in the chain adds" }]
  >();
  const late = [validate({ query: Query })] as const;
  expectTypeOf<After<typeof late>["event"]["queryStringParameters"]>().toEqualTypeOf<{
    page: number;
    tag?: string[];
  }>();
}

export function optionsAreChecked(): void {
  // @ts-expect-error no schema
  validate({ body: { type: "object" } });
  // @ts-expect-error no such part
  validate({ params: Body });
  // @ts-expect-error no such part beside one that is
  validate({ query: Query, params: Body });
}
