import { expectTypeOf } from "vitest";
import { jsonBody } from "../../middlewares/jsonBody.ts";
import { queryParams } from "../../middlewares/queryParams.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";

export function theListedKeysAreTyped(): void {
  const chain = [
    queryParams({
      required: ["age", "name"],
      optional: ["sort"],
      requiredMulti: ["tag"],
      optionalMulti: ["x"],
    }),
  ] as const;
  pipeline([...chain], ({ queryStringParameters, multiValueQueryStringParameters }) => {
    expectTypeOf(queryStringParameters.age).toEqualTypeOf<string>();
    expectTypeOf(queryStringParameters.name).toEqualTypeOf<string>();
    expectTypeOf(queryStringParameters.sort).toEqualTypeOf<string | undefined>();
    expectTypeOf(multiValueQueryStringParameters.tag).toEqualTypeOf<string[]>();
    expectTypeOf(multiValueQueryStringParameters.x).toEqualTypeOf<string[] | undefined>();
    // @ts-expect-error a key that is not listed
    queryStringParameters.other;
    // @ts-expect-error a list is not a single value
    queryStringParameters.tag;
  });
}

export function bodiesAndQueriesStandSideBySide(): void {
  pipeline([jsonBody<{ email: string }>(), queryParams({ required: ["age"] })], event => {
    expectTypeOf(event.body).toEqualTypeOf<{ email: string }>();
    expectTypeOf(event.queryStringParameters.age).toEqualTypeOf<string>();
    expectTypeOf(event.rawPath).toEqualTypeOf<string | undefined>();
  });
  pipeline([jsonBody()], event => {
    expectTypeOf(event.body).toEqualTypeOf<Record<string, unknown>>();
  });
}

export function optionsAreChecked(): void {
  // @ts-expect-error no such option
  queryParams({ require: ["a"] });
  // @ts-expect-error no list
  queryParams({ required: "a" });
  // @ts-expect-error no number
  jsonBody({ maxBytes: "1" });
}
