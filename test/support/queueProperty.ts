import { sqsHandler } from "../../generics/sqsHandler.ts";
import { seededRandom } from "../../tools/aws/random.ts";
import { testApp } from "../../tools/testing/app/testApp.ts";

/** What is sent, and by which seed all of it happens. */
export interface Shape {
  fifo: boolean;
  messages: number;
  seed: number;
}

/** What happened, and what should not have. */
export interface Figures {
  problems: string[];
  runs: number;
  effects: number;
  /** Effects of a message that had its effect before. */
  duplicates: number;
  /** Runs that began and did not end. */
  crashes: number;
  failures: number;
  poison: number;
  deadLetters: number;
  /** Milliseconds that it took, and that passed in the app. */
  real: number;
  virtual: number;
}

interface Sent {
  group: string;
  place: number;
  /** It fails whenever it is tried. */
  isPoison: boolean;
  effects: number;
  /** How often its run began. */
  tries: number;
}

const quiet = { errors: { logger: false } } as const;
const maxReceiveCount = 6;

/**
 * Sends messages in random batches, at random moments, to a handler that fails at random, in processes that die at random, and looks at what
 * became of each: an effect, or a place among the dead letters after all its tries.
 */
export async function runProperty({ fifo, messages, seed }: Shape): Promise<Figures> {
  const random = seededRandom(seed * 7919);
  const figures: Figures = {
    problems: [],
    runs: 0,
    effects: 0,
    duplicates: 0,
    crashes: 0,
    failures: 0,
    poison: 0,
    deadLetters: 0,
    real: 0,
    virtual: 0,
  };
  const sent = new Map<string, Sent>();
  /** By group: the place of the last message that had its first effect. */
  const reached = new Map<string, number>();
  let ended = 0;

  const orders = sqsHandler(
    async ({ messageId }) => {
      const message = sent.get(messageId) as Sent;
      figures.runs++;
      message.tries++;
      await pause(random.below(3));
      if (message.isPoison || random.chance(0.05)) {
        ended++;
        figures.failures++;
        throw new Error("random");
      }
      figures.effects++;
      if (message.effects++ > 0) figures.duplicates++;
      else note(message);
      await pause(random.below(2));
      ended++;
    },
    {
      ...quiet,
      queue: {
        name: "orders",
        fifo,
        maxReceiveCount,
        visibilityTimeout: 30 + random.below(60),
        batchSize: 1 + random.below(10),
      },
    },
  );

  /** In order, a message may be missing that was given up, never one that has its effect later. */
  function note({ group, place }: Sent): void {
    const last = reached.get(group) ?? -1;
    if (fifo && place < last) figures.problems.push(`${group}: ${place} after ${last}`);
    reached.set(group, Math.max(place, last));
  }

  const app = testApp(
    { orders },
    { seed, faults: { crash: 0.02, duplicate: 0.03, throttle: 0.01, reorder: 0.1 } },
  );
  const places = new Map<string, number>();
  const start = performance.now();
  const startVirtual = app.now().getTime();
  const groups = Math.max(3, Math.floor(messages / 100));
  for (let count = 0; count < messages; ) {
    const batch = Math.min(messages - count, 1 + random.below(50));
    for (let index = 0; index < batch; index++, count++) {
      const group = `group-${random.below(groups)}`;
      const place = places.get(group) ?? 0;
      places.set(group, place + 1);
      const isPoison = random.chance(0.01);
      const options = fifo ? { groupId: group } : random.chance(0.1) ? { delay: random.below(60) } : {};
      const { messageId } = await app.send("orders", { count }, options);
      sent.set(messageId, { group, place, isPoison, effects: 0, tries: 0 });
      if (isPoison) figures.poison++;
    }
    if (random.chance(0.5)) await app.advance(random.below(5000));
  }
  await app.drain();
  figures.real = performance.now() - start;
  figures.virtual = app.now().getTime() - startVirtual;
  figures.crashes = figures.runs - ended;

  const { messages: left, deadLetters } = app.queue("orders");
  if (left.length > 0) figures.problems.push(`${left.length} messages are left`);
  const dead = new Map(deadLetters.map(message => [message.messageId, message.receiveCount]));
  figures.deadLetters = dead.size;
  for (const [id, { isPoison, effects, tries, group, place }] of sent) {
    const count = dead.get(id);
    if (count !== undefined && count !== maxReceiveCount) {
      figures.problems.push(`${group} ${place}: a dead letter after ${count}`);
    }
    if (tries > maxReceiveCount) figures.problems.push(`${group} ${place}: ${tries} tries`);
    if (isPoison && count === undefined)
      figures.problems.push(`${group} ${place}: poison is not a dead letter`);
    if (!isPoison && effects === 0 && count === undefined) figures.problems.push(`${group} ${place}: lost`);
  }
  return figures;
}

/** Waits so many turns, so that a process may die there. */
async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}
