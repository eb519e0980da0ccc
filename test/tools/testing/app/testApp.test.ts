import type { SQSEvent } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createHandler } from "../../../../generics/createHandler.ts";
import { sqsHandler } from "../../../../generics/sqsHandler.ts";
import { idempotent } from "../../../../middlewares/idempotent.ts";
import { declareTrigger } from "../../../../src/events/trigger.ts";
import { memoryStore } from "../../../../src/idempotency/memory.ts";
import { memoryModel } from "../../../../src/models/memory/index.ts";
import { eachSeed } from "../../../../tools/testing/app/eachSeed.ts";
import { type TestApp, testApp } from "../../../../tools/testing/app/testApp.ts";
import { testClient } from "../../../../tools/testing/requests/client.ts";

const quiet = { errors: { logger: false } } as const;
const noon = "2026-05-01T12:00:00Z";
const second = 1000;

type Raw = (event: SQSEvent, context: { getRemainingTimeInMillis(): number }) => unknown;

/** A handler of which nothing is ours but where its messages come from. */
const raw = (handler: Raw, queue: object = {}): never =>
  declareTrigger(handler, { type: "queue", name: "jobs", ...queue }) as never;

const bodiesOf = ({ Records }: SQSEvent): string[] => Records.map(({ body }) => body);
const bodies = (messages: readonly { body: string }[]): string[] => messages.map(({ body }) => body);
const turn = (): Promise<void> => Promise.resolve();

async function sendAll(app: TestApp, ...all: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const body of all) ids.push((await app.send("jobs", body)).messageId);
  return ids;
}

describe("testApp", () => {
  it("brings messages to handlers when its clock moves, as SQS has them", async () => {
    const seen: unknown[] = [];
    const app = testApp(
      {
        jobs: raw(event => {
          seen.push(event);
        }),
      },
      { start: noon, seed: 3 },
    );
    const { messageId } = await app.send(
      "jobs",
      { a: 1 },
      { attributes: { kind: "x", size: 3 }, groupId: "g" },
    );
    await new Promise(setImmediate);
    expect(seen).toEqual([]);
    await app.advance(0);
    const stamp = String(Date.parse(noon));
    expect(seen).toEqual([
      {
        Records: [
          {
            messageId,
            receiptHandle: expect.stringMatching(/^AQEB[\da-z]{150,}$/),
            body: '{"a":1}',
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: stamp,
              MessageGroupId: "g",
              SenderId: "AIDAEXAMPLE",
              ApproximateFirstReceiveTimestamp: stamp,
            },
            messageAttributes: {
              kind: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
              size: { stringValue: "3", stringListValues: [], binaryListValues: [], dataType: "Number" },
            },
            md5OfMessageAttributes: expect.stringMatching(/^[\da-f]{32}$/),
            md5OfBody: "bb6cb5c68df4652941caf652a366f2d8",
            eventSource: "aws:sqs",
            eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:jobs",
            awsRegion: "us-east-1",
          },
        ],
      },
    ]);
    expect(app.queue("jobs")).toEqual({ messages: [], deadLetters: [] });
  });

  it("tries a message again when it is visible again, and gives it up after its receive count", async () => {
    const tries: number[] = [];
    const app = testApp(
      {
        orders: sqsHandler(
          ({ body }) => {
            tries.push(app.now().getTime() - Date.parse(noon));
            throw new Error(`no ${body.id}`);
          },
          {
            ...quiet,
            json: z.object({ id: z.string() }),
            queue: { name: "orders", visibilityTimeout: 40, maxReceiveCount: 3 },
          },
        ),
      },
      { start: noon },
    );
    const { messageId } = await app.send("orders", { id: "o1" });
    await app.advance(39 * second);
    expect(app.queue("orders")).toEqual({
      messages: [
        {
          messageId,
          body: '{"id":"o1"}',
          groupId: undefined,
          deduplicationId: undefined,
          receiveCount: 1,
          sentAt: new Date(noon),
          hiddenUntil: new Date("2026-05-01T12:00:40Z"),
        },
      ],
      deadLetters: [],
    });
    await app.drain();
    expect(tries).toEqual([0, 40 * second, 80 * second]);
    expect(app.now()).toEqual(new Date("2026-05-01T12:02:00Z"));
    expect(app.queue("orders")).toMatchObject({
      messages: [],
      deadLetters: [{ messageId, receiveCount: 3 }],
    });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
  describe("takes what a handler says of a batch as Lambda does:", () => {
    async function leftBy(result: (ids: string[]) => unknown): Promise<string[]> {
      let count = 0;
      const app = testApp({
        jobs: raw(({ Records }) =>
          count++ === 0 ? result(Records.map(({ messageId }) => messageId)) : null,
        ),
      });
      await sendAll(app, "a", "b", "c");
      await app.advance(0);
      return bodies(app.queue("jobs").messages);
    }
    const failing = (...itemIdentifier: unknown[]): object => ({
      batchItemFailures: itemIdentifier.map(name => ({ itemIdentifier: name })),
    });

    it.each<[string, (ids: string[]) => unknown]>([
      ["nothing", () => undefined],
      ["null", () => null],
      ["an empty object", () => ({})],
      ["no list", () => ({ batchItemFailures: null })],
      ["an empty list", () => failing()],
    ])("%s is success", async (_, result) => {
      expect(await leftBy(result)).toEqual([]);
    });

    it("a list is what comes again", async () => {
      expect(await leftBy(ids => failing(ids[1]))).toEqual(["b"]);
      expect(await leftBy(ids => failing(ids[2], ids[0], ids[2]))).toEqual(["a", "c"]);
    });

    it.each<[string, (ids: string[]) => unknown]>([
      ["text", () => "ok"],
      ["a list", ids => ids],
      ["no list of failures", ids => ({ batchItemFailures: ids[0] })],
      ["an unknown id", ids => failing(ids[0], "other")],
      ["an empty id", ids => failing(ids[0], "")],
      ["no id", ids => failing(ids[0], null)],
      ["a wrong key", ids => ({ batchItemFailures: [{ itemIdentifer: ids[0] }] })],
      ["ids alone", ids => ({ batchItemFailures: ids })],
      ["what is not JSON", () => ({ a: 1n })],
      [
        "a throw",
        () => {
          throw new Error("broken");
        },
      ],
      ["a rejection", () => Promise.reject(new Error("broken"))],
    ])("%s is the failure of all", async (_, result) => {
      expect(await leftBy(result)).toEqual(["a", "b", "c"]);
    });
  });

  it("gathers batches: 10 at once unless told, and for as long as the window is open", async () => {
    const batches: [number, number][] = [];
    const note = (queue: object): TestApp => {
      batches.length = 0;
      const app: TestApp = testApp({
        jobs: raw(({ Records }) => {
          batches.push([Records.length, app.now().getTime() - start]);
        }, queue),
      });
      const start = app.now().getTime();
      return app;
    };
    const names = Array.from({ length: 25 }, (_, index) => `m${index}`);
    await sendAll(note({}), ...names);
    const usual = note({});
    await sendAll(usual, ...names);
    await usual.drain();
    expect(batches).toEqual([10, 10, 5].map(length => [length, 0]));

    const wide = note({ batchSize: 20, batchWindow: 5 });
    await sendAll(wide, ...names);
    await wide.advance(3000);
    await sendAll(wide, "late");
    await wide.drain();
    expect(batches).toEqual([
      [20, 0],
      [6, 5000],
    ]);
  });

  it("keeps an event below 6 MB", async () => {
    const batches: number[] = [];
    const app = testApp({ jobs: raw(({ Records }) => void batches.push(Records.length)) });
    for (let index = 0; index < 12; index++) await app.send("jobs", `${index}`.padEnd(1_048_576, "x"));
    await app.drain();
    expect(batches).toEqual([5, 5, 2]);
  });

  it("runs so many batches at once as it may, and one of a group", async () => {
    async function most(queue: { fifo?: boolean; maxConcurrency?: number }): Promise<number> {
      let running = 0;
      let seen = 0;
      const app = testApp({
        jobs: raw(
          async () => {
            seen = Math.max(seen, ++running);
            for (let index = 0; index < 50; index++) await turn();
            running--;
          },
          { batchSize: 1, ...queue },
        ),
      });
      for (let index = 0; index < 20; index++) {
        await app.send("jobs", `${index}`, queue.fifo ? { groupId: "g" } : {});
      }
      await app.drain();
      expect(app.queue("jobs").messages).toEqual([]);
      return seen;
    }
    expect(await most({})).toBe(5);
    expect(await most({ maxConcurrency: 2 })).toBe(2);
    expect(await most({ fifo: true })).toBe(1);
  });

  it("keeps the order of a group when one of its messages fails, while other groups go on", async () => {
    const log: string[] = [];
    let broken = true;
    const app = testApp({
      jobs: sqsHandler(
        ({ textMessage }) => {
          if (textMessage === "a1" && broken) throw new Error("broken");
          log.push(textMessage);
        },
        { ...quiet, queue: { name: "jobs", fifo: true, batchSize: 2 } },
      ),
    });
    for (const body of ["a1", "a2", "b1", "a3"]) await app.send("jobs", body, { groupId: body[0] as string });
    await app.advance(0);
    expect(log).toEqual(["b1"]);
    broken = false;
    await app.drain();
    expect(log).toEqual(["b1", "a1", "a2", "a3"]);
  });

  it("throttles what is more than the function may run, and tries again while the messages are its own", async () => {
    const log: string[] = [];
    const app = testApp(
      {
        jobs: raw(
          async event => {
            if (bodiesOf(event)[0] === "slow") await app.advance(10 * second);
            log.push(`${bodiesOf(event)} at ${(app.now().getTime() - start) / second}`);
          },
          { batchSize: 1 },
        ),
      },
      { concurrency: 1 },
    );
    const start = app.now().getTime();
    await sendAll(app, "slow", "quick");
    await app.drain();
    // Tried after 0, 1, 3, 7 and 15 seconds.
    expect(log).toEqual(["slow at 10", "quick at 15"]);
  });

  it("delivers some messages twice where it is asked to, later and with a higher count", async () => {
    const counts: string[] = [];
    const app = testApp(
      {
        jobs: raw(
          ({ Records }) =>
            void counts.push(...Records.map(({ attributes }) => attributes.ApproximateReceiveCount)),
        ),
      },
      { faults: { duplicate: 0.5 } },
    );
    await sendAll(app, ...Array.from({ length: 100 }, (_, index) => `${index}`));
    await app.drain();
    const again = counts.filter(count => count === "2").length;
    expect([counts.length, again > 25, again < 75]).toEqual([100 + again, true, true]);
    expect(app.queue("jobs")).toEqual({ messages: [], deadLetters: [] });
  });

  it("delays a message, and takes copies in a FIFO queue once", async () => {
    const log: string[] = [];
    const app = testApp({ jobs: raw(event => void log.push(...bodiesOf(event))) });
    await app.send("jobs", "later", { delay: 60 });
    await app.advance(59 * second);
    expect(log).toEqual([]);
    await app.advance(second);
    expect(log).toEqual(["later"]);

    const fifo = testApp({ jobs: raw(event => void log.push(...bodiesOf(event)), { fifo: true }) });
    const first = await fifo.send("jobs", "once", { groupId: "g" });
    expect(await fifo.send("jobs", "once", { groupId: "g" })).toEqual(first);
    expect(first.sequenceNumber).toMatch(/^\d{20}$/);
    await fifo.drain();
    expect(log).toEqual(["later", "once"]);
  });

  it("lets a handler send to the queue of another", async () => {
    const log: string[] = [];
    const app: TestApp = testApp({
      first: raw(async event => {
        for (const body of bodiesOf(event)) await app.send("second", `${body}!`);
      }),
      second: raw(event => void log.push(...bodiesOf(event)), { name: "second" }),
    });
    await sendAll(app, "a");
    await app.drain();
    expect(log).toEqual(["a!"]);
  });

  describe("has a clock", () => {
    it("that is Date's for what runs inside, and nobody else's", async () => {
      const RealDate = Date;
      const realNow = Date.now;
      const seen: unknown[] = [];
      let outside = 0;
      const app = testApp(
        {
          jobs: raw(async () => {
            seen.push(
              Date.now(),
              new Date().toISOString(),
              Date(),
              new Date(0).getTime(),
              new Date() instanceof RealDate,
            );
            await turn();
            seen.push(Date.now());
            await app.advance(5000);
            seen.push(Date.now());
          }),
        },
        { start: noon },
      );
      await sendAll(app, "a");
      const draining = app.drain();
      outside = Date.now();
      await draining;
      const start = Date.parse(noon);
      expect(seen).toEqual([
        start,
        new RealDate(start).toISOString(),
        new RealDate(start).toString(),
        0,
        true,
        start,
        start + 5000,
      ]);
      expect(Math.abs(outside - realNow())).toBeLessThan(60_000);
      expect([Date === RealDate, Date.now === realNow]).toEqual([true, true]);
    });

    it("that is each app's own, whatever runs at the same time", async () => {
      const app = (start: string, log: number[]): TestApp => {
        const made: TestApp = testApp(
          {
            jobs: raw(
              async () => {
                for (let index = 0; index < 5; index++) {
                  log.push(new Date().getUTCFullYear());
                  await new Promise(setImmediate);
                }
              },
              { batchSize: 1 },
            ),
          },
          { start },
        );
        return made;
      };
      const [old, young]: [number[], number[]] = [[], []];
      const apps = [app("1999-01-01", old), app("2050-01-01", young)];
      for (const one of apps) await sendAll(one, "a", "b");
      await Promise.all(apps.map(one => one.drain()));
      expect([old, young]).toEqual([Array(10).fill(1999), Array(10).fill(2050)]);
      expect(new Date().getFullYear()).not.toBe(2050);
    });

    it("by which leases run out", async () => {
      const Orders = memoryModel<{ id: string; item: string }>({ name: "Order" });
      const create = createHandler(Orders, {
        required: ["item"],
        use: [idempotent({ store: memoryStore(), ttl: 60, anonymous: true })],
      });
      const app = testApp({});
      const client = testClient(create);
      const post = (): Promise<string | null> =>
        app.run(async () => {
          const request = { body: { item: "tea" }, headers: { "idempotency-key": "k1" } };
          return (await client.post("/orders", request)).headers.get("idempotent-replayed");
        });
      expect([await post(), await post()]).toEqual([null, "true"]);
      await app.advance(60 * second);
      expect(await post()).toBe(null);
      await expect(app.run(() => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
    });

    it("by which a run times out", async () => {
      const left: number[] = [];
      const app = testApp(
        {
          jobs: raw(
            async (_, context) => {
              left.push(context.getRemainingTimeInMillis());
              await app.advance(7 * second);
              left.push(context.getRemainingTimeInMillis());
            },
            { maxReceiveCount: 1 },
          ),
        },
        { timeout: 5 },
      );
      await sendAll(app, "a");
      await app.drain();
      expect(left).toEqual([5000, 0]);
      expect(bodies(app.queue("jobs").deadLetters)).toEqual(["a"]);
    });
  });

  describe("kills", () => {
    const steps = async (kill: number | undefined): Promise<{ log: string[]; app: TestApp }> => {
      const log: string[] = [];
      const app = testApp({
        jobs: raw(async () => {
          try {
            log.push("begin");
            await turn();
            log.push("one");
            await Promise.all([turn().then(() => log.push("two")), turn()]);
            log.push("three");
          } catch {
            log.push("catch");
          } finally {
            log.push("finally");
          }
        }),
      });
      await sendAll(app, "a");
      if (kill !== undefined) app.kill(kill);
      await app.advance(0);
      return { log, app };
    };

    it("a process at an await: nothing behind it happens, and the message comes again", async () => {
      expect((await steps(undefined)).log).toEqual(["begin", "one", "two", "three", "finally"]);
      const { log, app } = await steps(1);
      expect(log).toEqual(["begin"]);
      expect(bodies(app.queue("jobs").messages)).toEqual(["a"]);
      await app.drain();
      expect(log).toEqual(["begin", "begin", "one", "two", "three", "finally"]);
      expect(app.queue("jobs")).toEqual({ messages: [], deadLetters: [] });
    });

    it("at each of them, and what was done stays done", async () => {
      const logs = new Set<string>();
      for (let step = 1; step <= 14; step++) logs.add((await steps(step)).log.join(" "));
      expect([...logs]).toEqual(["begin", "begin one", "begin one two", "begin one two three finally"]);
    });

    it("whatever else is going on, and leaves promises as they were", async () => {
      const { then } = Promise.prototype;
      const seen: string[] = [];
      const app = testApp({
        jobs: raw(
          async event => {
            const [body] = bodiesOf(event);
            for (let index = 0; index < 10; index++) await new Promise(setImmediate);
            seen.push(body as string);
          },
          { batchSize: 1 },
        ),
      });
      await sendAll(app, "a", "b", "c");
      app.kill(4);
      const others = Promise.all([turn(), turn().then(() => 7)]);
      await app.advance(0);
      expect(seen).toEqual(["b", "c"]);
      expect(await others).toEqual([undefined, 7]);
      expect([Promise.prototype.then === then, turn().constructor === Promise]).toEqual([true, true]);
      await app.drain();
      expect(seen).toEqual(["b", "c", "a"]);
    });

    it("at random where it is asked to, the same for the same seed", async () => {
      async function run(seed: number): Promise<string[]> {
        const log: string[] = [];
        const app = testApp(
          {
            jobs: raw(
              async event => {
                const [body] = bodiesOf(event);
                log.push(`${body} begins`);
                for (let index = 0; index < 4; index++) await turn();
                log.push(`${body} ends`);
              },
              { batchSize: 1, maxReceiveCount: 20 },
            ),
          },
          { seed, faults: { crash: 0.4, reorder: 0.2, duplicate: 0.1, throttle: 0.1 } },
        );
        await sendAll(app, "a", "b", "c", "d", "e", "f");
        await app.drain();
        return log;
      }
      expect(await run(5)).toEqual(await run(5));
      expect(await run(5)).not.toEqual(await run(6));
      expect((await run(5)).filter(line => line.endsWith("ends")).length).toBeGreaterThanOrEqual(6);
    });
  });

  it.each<[string, () => unknown]>([
    ["handlers must be an object", () => testApp(undefined as never)],
    ["handlers.a must be a handler", () => testApp({ a: 1 as never })],
    [
      "handlers.a declares nothing that its events come from, such as a queue",
      () => testApp({ a: sqsHandler(() => 1) }),
    ],
    [
      "handlers.a and handlers.b declare the same queue, jobs",
      () => testApp({ a: raw(() => 1), b: raw(() => 1) }),
    ],
    [
      'unknown option "sed"; it takes seed, start, timeout, concurrency, faults',
      () => testApp({}, { sed: 1 } as never),
    ],
    ['option "start" must be a date', () => testApp({}, { start: "soon" })],
    ['option "timeout" must be from 1 to 900', () => testApp({}, { timeout: 901 })],
    ['option "concurrency" must be at least 1', () => testApp({}, { concurrency: 0 })],
    ['option "faults.crash" must be at least 0 and less than 1', () => testApp({}, { faults: { crash: 1 } })],
    [
      'there is no queue "x"; there are jobs-dead-letters, jobs',
      () => testApp({ a: raw(() => 1) }).queue("x"),
    ],
    ['there is no handler "x"', () => testApp({ a: raw(() => 1) }).kill(1, "x")],
    ["kill takes the number of an await, from 1", () => testApp({ a: raw(() => 1) }).kill(0)],
  ])("says what is wrong: %s", (message, act) => {
    expect(act).toThrow(new TypeError(`testApp: ${message}`));
  });

  it("refuses a wrong message as SQS does", async () => {
    const app = testApp({ a: raw(() => 1) });
    await expect(app.send("jobs", "")).rejects.toMatchObject({ code: "MissingParameter" });
    await expect(app.send("jobs", undefined)).rejects.toThrow(
      "testApp: send takes a body that is text, or can be JSON",
    );
    await expect(app.send("jobs", "a", { group: "g" } as never)).rejects.toThrow('unknown option "group"');
    await expect(app.advance(-1)).rejects.toThrow("testApp: advance takes milliseconds of at least 0");
  });
});

describe("eachSeed", () => {
  it("runs with one seed after the other, and names the one that fails", async () => {
    const seen: number[] = [];
    await eachSeed(3, seed => seen.push(seed));
    expect(seen).toEqual([1, 2, 3]);
    const cause = new Error("not 7");
    const failing = eachSeed(10, seed => {
      if (seed === 7) throw cause;
    });
    await expect(failing).rejects.toMatchObject({
      message: "With seed 7 (SEED=7 runs it alone): not 7",
      cause,
    });
  });
});
