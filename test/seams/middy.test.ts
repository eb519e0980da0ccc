import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type EventSource, sources } from "../support/events.ts";
import { codesIn, rowsOf, sectionOf } from "../support/markdown.ts";
import { type MiddyPackage, middyPackages, type Outcome } from "../support/middyPackages.ts";
import {
  type Column,
  call,
  eventFor,
  genericPlaces,
  type Place,
  type Probe,
  pipelinePlaces,
  pipelineTarget,
  readable,
  secret,
  type Target,
  targets,
} from "../support/middyPlaces.ts";

/** What the manual says of a package. */
interface Row {
  cells: Record<Column, string>;
  works: readonly EventSource[];
}

const manual = fileURLToPath(new URL("../../docs/middy.md", import.meta.url));
const rows = new Map<string, Row>(
  rowsOf(sectionOf(readFileSync(manual, "utf8"), "Each package in each place")).map(
    ([name = "", around = "", use = "", outside = "", inside = "", where = ""]) => [
      name.replaceAll("`", ""),
      {
        cells: { around, use, outside, inside },
        works: where === "all" ? sources : (codesIn(where) as EventSource[]),
      },
    ],
  ),
);
const rowOf = ({ name }: MiddyPackage): Row => rows.get(name) as Row;

/** Every source for two of the generics and for pipelines, and two sources for the others. */
const sourcesOf = ({ name }: Target): readonly EventSource[] =>
  ["createHandler", "retrieveHandler", "pipeline"].includes(name) ? sources : ["rest", "http"];

async function run(pkg: MiddyPackage, place: Place, target: Target, source: EventSource): Promise<Outcome> {
  const { options = {} } = pkg;
  const send = (handler: never, context: object) =>
    call(handler, source, eventFor(target, source, pkg.request?.(target)), context);
  const plain = await send(place.put(target, [], {}, options) as never, { awsRequestId: "r" });
  const logs: unknown[] = [];
  const log = vi.spyOn(console, "log").mockImplementation(line => void logs.push(line));
  const probe: Probe = {};
  const context = { awsRequestId: "r" };
  try {
    const response = await send(place.put(target, [pkg.make(logs)].flat(), probe, options) as never, context);
    return { plain, response, logs, target, place, context, event: probe.event };
  } finally {
    log.mockRestore();
  }
}

function demandSame({ response, plain }: Outcome, changes: MiddyPackage["changes"] = []): void {
  const parts = { status: response.status, location: response.headers.location, etag: response.headers.etag };
  const before = { status: plain.status, location: plain.headers.location, etag: plain.headers.etag };
  for (const part of ["status", "location", "etag"] as const) {
    if (!changes.includes(part)) expect(parts[part], part).toBe(before[part]);
  }
  if (!changes.includes("body")) expect(response.text).toBe(plain.text);
}

/** Fails where a cell of the table is not true. */
function demandCell(cell: string, pkg: MiddyPackage, outcome: Outcome): void {
  const isSeen = pkg.on?.(outcome.target) !== false;
  if (!isSeen || cell === "no effect") demandSame(outcome);
  else if (cell === "yes") {
    demandSame(outcome, pkg.changes);
    pkg.effect(outcome);
  } else expect(String(outcome.response.status)).toBe(cell);
}

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

it("the manual's table has every package that is tried here, and no other", () => {
  expect([...rows.keys()]).toEqual(middyPackages.map(({ name }) => name));
  for (const { cells, works } of rows.values()) {
    for (const cell of Object.values(cells)) expect(cell).toMatch(/^(?:yes|no effect|[45]\d\d)$/);
    expect(works.length).toBeGreaterThan(0);
    expect(sources).toEqual(expect.arrayContaining([...works]));
  }
});

describe.each(middyPackages.map(pkg => [pkg.name, pkg] as const))("%s", (_, pkg) => {
  const places = [...genericPlaces, ...pipelinePlaces];
  it.each(places.map(place => [place.name, place] as const))(
    "does in %s what the manual says, and lets nothing out that was not serialized",
    async (_place, place) => {
      const { cells, works } = rowOf(pkg);
      for (const target of genericPlaces.includes(place) ? targets : [pipelineTarget]) {
        for (const source of sourcesOf(target)) {
          const where = `${target.name} on ${source}`;
          if (place.isBare && isLeftToMiddy(pkg, target, source)) {
            const ended = await endedBy(pkg, place, target, source);
            expect(ended, where).not.toContain(secret);
            continue;
          }
          const outcome = await run(pkg, place, target, source);
          expect(readable(outcome.response), where).not.toContain(secret);
          try {
            if (works.includes(source)) demandCell(cells[place.column], pkg, outcome);
          } catch (error) {
            (error as Error).message = `${where}: ${(error as Error).message}`;
            throw error;
          }
        }
      }
    },
  );
});

/** Whether what the package makes of the response is not our business: nothing outside brings it into the form of the source. */
function isLeftToMiddy(pkg: MiddyPackage, target: Target, source: EventSource): boolean {
  return (
    pkg.ends === true ||
    target.isEmpty === true ||
    source === "alb-multi" ||
    !rowOf(pkg).works.includes(source)
  );
}

/** What leaves where nothing of ours stands outside, as text. */
async function endedBy(
  pkg: MiddyPackage,
  place: Place,
  target: Target,
  source: EventSource,
): Promise<string> {
  const handler = place.put(target, [pkg.make([])].flat(), {}, pkg.options ?? {});
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    return JSON.stringify(await handler(eventFor(target, source, pkg.request?.(target)), {}));
  } catch (error) {
    return String(error);
  } finally {
    log.mockRestore();
  }
}
