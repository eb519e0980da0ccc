import type { S3File } from "../s3Files.ts";
import type { S3Item } from "./s3Item.ts";
import { snsSource } from "./snsSource.ts";
import { sqsSource } from "./sqsSource.ts";

/** A message that unwraps to files; nothing for the test message of S3. */
type Told = { s3?: readonly S3File[] } | undefined;

async function told<Item>(
  records: readonly Item[],
  read: (record: Item, index: number) => Told | Promise<Told>,
): Promise<S3Item[]> {
  const items: S3Item[] = [];
  for (const [index, record] of records.entries()) {
    try {
      items.push({ record, files: (await read(record, index))?.s3 ?? [], error: undefined });
    } catch (error) {
      items.push({ record, files: undefined, error });
    }
  }
  return items;
}

/**
 * Reads the files that the messages of a queue or a topic tell of, each message by itself.
 *
 * @throws BadRequest when the event is malformed as a whole
 */
export function filesBehind(source: "aws:sqs" | "aws:sns", event: unknown): Promise<S3Item[]> {
  const insisting = { json: true, envelope: "s3" } as const;
  if (source === "aws:sqs") {
    const { records, read } = sqsSource(insisting);
    return told(records(event), read);
  }
  const { records, read } = snsSource("s3Handler", insisting);
  return told(records(event), read);
}
