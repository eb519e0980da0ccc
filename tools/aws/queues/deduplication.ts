import { createHash } from "node:crypto";
import type { SentMessage } from "./types.ts";

/** In milliseconds: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const interval = 300_000;

/** The id by which copies of a message are known: its own, else that of its body. */
export const deduplicationIdOf = ({ deduplicationId, body }: SentMessage): string =>
  deduplicationId ?? createHash("sha256").update(body).digest("hex");

/** What was sent in the five minutes before now, gone or not. */
export interface Deduplication<Sent> {
  find(id: string, now: number): Sent | undefined;
  remember(id: string, sent: Sent, now: number): void;
}

/** Remembers what was sent by its deduplication id. */
export function deduplication<Sent>(): Deduplication<Sent> {
  const known = new Map<string, { sent: Sent; until: number }>();
  return {
    find(id, now) {
      for (const [old, { until }] of known) {
        if (until > now) break;
        known.delete(old);
      }
      return known.get(id)?.sent;
    },
    remember: (id, sent, now) => known.set(id, { sent, until: now + interval }),
  };
}
