import { isUtf8 } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../../src/core/objects.ts";
import { deepDifferences } from "../../deepDifferences.ts";
import type { GatewaySource } from "../../emulator/sources.ts";
import type { TestResponse } from "../requests/response.ts";

/** Something that one source has otherwise. */
export interface Difference {
  source: GatewaySource;
  /** `status`, `header.location`, `cookies`, `body`, `body.items.0.id`, or `error`. */
  what: string;
  /** What the first source has. */
  expected: unknown;
  actual: unknown;
}

type FoundDifference = Omit<Difference, "source">;

const differIn = (what: string, expected: unknown, actual: unknown): FoundDifference[] =>
  deepDifferences(expected, actual, isDeepStrictEqual).map(({ path, ...values }) => ({
    what: [what, ...path].join("."),
    ...values,
  }));

const namesOf = ({ headers }: TestResponse): string[] =>
  [...headers.keys()].filter(name => name !== "set-cookie");

const plain = ({ body, text, bytes }: TestResponse): unknown => {
  if (!isUtf8(bytes)) return Buffer.from(bytes);
  return isRecord(body) ? body : text;
};

/** Lists what is different in another response: status, headers whatever their order, cookies, and the body field by field. */
export function differences(expected: TestResponse, actual: TestResponse): FoundDifference[] {
  const names = new Set([...namesOf(expected), ...namesOf(actual)]);
  return [
    ...differIn("status", expected.status, actual.status),
    ...[...names].flatMap(name =>
      differIn(
        `header.${name}`,
        expected.headers.get(name) ?? undefined,
        actual.headers.get(name) ?? undefined,
      ),
    ),
    ...(isDeepStrictEqual(expected.cookies, actual.cookies)
      ? []
      : [{ what: "cookies", expected: expected.cookies, actual: actual.cookies }]),
    ...differIn("body", plain(expected), plain(actual)),
  ];
}
