import assert from "node:assert/strict";
import { type Case, ordered, pages, thing } from "./thing.ts";

/** How many are created at once. */
const batch = 100;

const idAt = (at: number): string => `t${String(at).padStart(7, "0")}`;

/** That counting, filters, iteration and pages stay right in a large table. */
export function largeCase(rows: number): Case {
  return {
    name: `a table of ${rows} rows is counted, filtered, iterated and paged as a whole`,
    needs: ["ordering", "cursor", "filters"],
    async run(model) {
      for (let start = 0; start < rows; start += batch) {
        const length = Math.min(batch, rows - start);
        const given = Array.from({ length }, (_item, at) => start + at);
        await Promise.all(
          given.map(at => model.create(thing({ id: idAt(at), rank: at % 7, name: `n${at}` }))),
        );
      }
      assert.equal(await model.objects.count(), rows);
      const last = model.objects.filter({ rank: (rows - 1) % 7 });
      assert.equal(await last.count(), Math.ceil(rows / 7));
      assert.equal((await last.get(idAt(rows - 1)))?.name, `n${rows - 1}`);
      const seen: string[] = [];
      for await (const { id } of model.objects.orderBy("rank")) seen.push(id);
      assert.equal(new Set(seen).size, rows);
      assert.deepEqual(seen, await ordered(model, "rank"));
      const limit = Math.ceil(rows / 4.5);
      const read = await pages(model.objects.orderBy("rank"), limit);
      assert.equal(read.length, Math.ceil(rows / limit));
      assert.deepEqual(
        read.flat().map(({ id }) => id),
        seen,
      );
    },
  };
}
