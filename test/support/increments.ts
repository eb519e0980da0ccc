import { afterAll, describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import type { Model } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type DevServer, serve } from "../../tools/dev/index.ts";

/** What the clients count up. */
export interface Counter {
  id: string;
  value: number;
  note: string | null;
}

/** What its fields hold, for models that want them declared. */
export const counterFields = { id: "text", value: "integer", note: "text" } as const;

const clients = 200;

function start(models: Model<Counter>[]): Promise<DevServer> {
  const routes = Object.fromEntries(
    models.flatMap((model, index) => {
      const { retrieve, update } = resource(model, {
        serializer: pick("id", "value"),
        required: ["value"],
        requireMatch: true,
      });
      return [
        [`GET /${index}/counters/{id}`, retrieve],
        [`PUT /${index}/counters/{id}`, update],
      ];
    }),
  );
  return serve(routes, { port: 0, log: false });
}

/** Reads, adds one, and writes with the tag of what was read, until nobody was faster. Gives the number of tries. */
async function increment(url: string): Promise<number> {
  for (let tries = 1; tries < 2000; tries++) {
    const read = await fetch(url);
    const { value } = (await read.json()) as Counter;
    const written = await fetch(url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "If-Match": read.headers.get("etag") as string },
      body: JSON.stringify({ value: value + 1 }),
    });
    await written.text();
    if (written.status === 200) return tries;
    if (written.status !== 412 && written.status !== 409) throw new Error(`status ${written.status}`);
    // Losers wait for a moment that doubles, as clients of a slow engine must: else all of them try at once again.
    await new Promise(resolve => setTimeout(resolve, Math.random() * Math.min(5000, 20 * 2 ** tries)));
  }
  throw new Error("never won");
}

/**
 * Proves over HTTP that concurrent updates of one object lose nothing.
 *
 * @param name the engine, for the title
 * @param make models of one store, in which no counter stands yet: requests are spread over them, as over the instances of
 *   a Lambda function
 */
export function provesIncrements(
  name: string,
  make: () => Model<Counter>[] | Promise<Model<Counter>[]>,
): void {
  describe(`over HTTP, on ${name}`, () => {
    const servers: DevServer[] = [];
    let ready: Promise<Model<Counter>[]> | undefined;
    const modelsOf = async (): Promise<Model<Counter>[]> => (ready ??= Promise.resolve(make()));
    afterAll(() => Promise.all(servers.map(server => server.close())));
    async function urlOf(models: Model<Counter>[]): Promise<string> {
      const server = await start(models);
      servers.push(server);
      return server.url;
    }

    it(`${clients} clients that update one object with If-Match lose no increment`, async () => {
      const models = await modelsOf();
      await models[0]?.create({ id: "c1", value: 0, note: null });
      const base = await urlOf(models);
      const tries = await Promise.all(
        Array.from({ length: clients }, (_, n) => increment(`${base}/${n % models.length}/counters/c1`)),
      );
      for (const model of models) expect((await model.objects.get("c1"))?.value).toBe(clients);
      // Without a single collision nothing was shown.
      expect(Math.max(...tries)).toBeGreaterThan(1);
    });

    it("an update without If-Match is refused, so that no client can forget it", async () => {
      const models = await modelsOf();
      await models[0]?.create({ id: "c2", value: 0, note: null });
      const url = `${await urlOf(models)}/0/counters/c2`;
      const { status } = await fetch(url, { method: "PUT", body: '{"value":9}' });
      expect(status).toBe(428);
      expect((await models[0]?.objects.get("c2"))?.value).toBe(0);
    });
  });
}
