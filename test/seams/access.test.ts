import { describe, expect, it } from "vitest";
import { configure } from "../../src/core/settings.ts";
import { gatewaySources } from "../../tools/emulator/sources.ts";
import { AccessError, type Crossing, proveAccess } from "../../tools/testing/index.ts";
import {
  callerFaults,
  type Fault,
  reachFaults,
  revealedFaults,
  shownFaults,
  writeFaults,
} from "../support/accessFaults.ts";
import { queryFaults } from "../support/accessQueryFaults.ts";
import { accessWorld, apiOf, users } from "../support/accessWorld.ts";

configure({ secretKey: "a secret of tests, which is 32 bytes long" });

type Api = Parameters<typeof proveAccess>[0];
type Options = Partial<Parameters<typeof proveAccess>[1]>;

async function crossingsOf(api: Api, options: Options = {}): Promise<readonly Crossing[]> {
  try {
    await proveAccess(api, { users, ...options });
    return [];
  } catch (error) {
    if (error instanceof AccessError) return error.crossings;
    throw error;
  }
}

const lineOf = ({ kind, route, what, user }: Crossing): string => `${kind} ${route} ${user}: ${what}`;

async function finds({ make, kind, route, what }: Fault, options: Options): Promise<Crossing> {
  const crossings = await crossingsOf(make(accessWorld()), options);
  const found = crossings.find(one => one.kind === kind && one.route === route && what.test(one.what));
  expect(found, crossings.map(lineOf).join("\n") || "nothing was found").toBeDefined();
  return found as Crossing;
}

describe("proveAccess", () => {
  it("finds nothing where nothing is wrong, and leaves the models as they were", async () => {
    const world = accessWorld();
    await world.Users.create({ ...users.ada, email: "a@example.com", password: "x", role: null });
    const report = await proveAccess(apiOf(world), { users });
    expect(report).toEqual({ crossings: [], unproven: [], cut: [], requests: expect.any(Number) });
    expect(report.requests).toBeGreaterThan(1000);
    expect(await world.Users.objects.count()).toBe(1);
    expect(await world.Notes.objects.count()).toBe(0);
  });

  describe.each([
    ["what is shown", shownFaults],
    ["what is within reach", reachFaults],
    ["what is written", writeFaults],
    ["what is revealed", revealedFaults],
    ["what a query asks", queryFaults],
    ["who calls", callerFaults],
  ])("of %s", (_what, faults) => {
    it.each(faults)("finds $title", async fault => {
      const { request, sources, status } = await finds(fault, { sources: ["http"] });
      expect(sources).toEqual(["http"]);
      expect(request.path).toMatch(/^\/(notes|me)/);
      expect(status).toBeGreaterThan(0);
    });
  });

  it("finds a fault on every source that has it", async () => {
    const [shown] = shownFaults as [Fault];
    expect((await finds(shown, {})).sources).toEqual(gatewaySources);
  });
});
