import { afterAll, expect, it } from "vitest";
import { proveAccess } from "../../tools/testing/proveAccess.ts";
import { closeEvery, every } from "../support/everyApi.ts";

afterAll(closeEvery);

it("proveAccess finds nothing in an API of everything, and says what it could not reach", async () => {
  const person = { name: "Ada", born: "1990-01-01", salary: "1", homes: [] };
  const { crossings, unproven, cut } = await proveAccess(every as never, {
    users: { ann: {}, bob: {} },
    sources: ["http"],
    // It asks nobody who calls, on purpose.
    open: ["GET /v1/latest"],
    bodies: {
      "POST /v1/people": person,
      "PUT /v1/people/{id}": person,
      "PATCH /v1/people/{id}": { name: "Ada" },
      "PUT /v1/people/{id}/name": { name: "Ada" },
    },
  });
  expect(crossings).toEqual([]);
  expect(cut).toEqual([]);
  expect(unproven).toEqual(["POST /v1/things/bulk-delete", "GET /v1/search", "GET /v1/docs/{asset}"]);
});
