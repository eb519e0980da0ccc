import fc from "fast-check";
import { eventOf, sources } from "./events.ts";

/** Events of every source with any of their fields replaced by anything, and things that are not events at all. */
export function anyEvent(): fc.Arbitrary<unknown> {
  const fields = [
    ...new Set(
      sources.flatMap(source =>
        Object.keys(eventOf(source, { cookies: ["a=b"], query: [["a", "b"]], body: "x" })),
      ),
    ),
  ];
  const junk = fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true });
  const strange = fc.dictionary(fc.constantFrom(...fields, "cookies"), junk, { maxKeys: 6 });
  return fc.oneof(
    junk,
    fc
      .tuple(fc.constantFrom(...sources), strange)
      .map(([source, changes]) => ({ ...eventOf(source), ...changes })),
    fc
      .record({
        source: fc.constantFrom(...sources),
        path: fc.webPath(),
        headers: fc.dictionary(fc.string(), fc.string()),
        query: fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }))),
        body: fc.string(),
      })
      .map(({ source, path, ...request }) => eventOf(source, { ...request, path: path || "/" })),
  );
}
