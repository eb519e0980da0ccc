import fc from "fast-check";
import { expect, it } from "vitest";
import { Listed, linksOf } from "../../../generics/parts/page.ts";

it("links repeat the query as forms write it, whatever its names and values are", () => {
  const name = fc
    .oneof(fc.string({ unit: "binary" }), fc.string())
    .filter(text => !/^(?:cursor|offset)$/.test(text));
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom("a b", "*-._~", "1", "é&=#"),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), value, (pairs, cursor) => {
      const sent: Record<string, string[]> = Object.create(null);
      for (const [key, one] of pairs) {
        sent[key] ??= [];
        sent[key].push(one);
      }
      const grouped = Object.entries(sent).flatMap(([key, all]) =>
        all.map((one): [string, string] => [key, one]),
      );
      const event = { httpMethod: "GET", path: "/posts", multiValueQueryStringParameters: sent };
      const links = linksOf(event, new Listed([], { limit: 1 }, ["cursor", cursor], undefined));
      const rest = new URLSearchParams(grouped).toString();
      const next = new URLSearchParams([...grouped, ["cursor", cursor]]).toString();
      expect(links).toEqual({ next: `/posts?${next}`, first: rest === "" ? "/posts" : `/posts?${rest}` });
    }),
  );
});
