import { createHash } from "node:crypto";
import type { MessageAttribute } from "./types.ts";

/** The MD5 of a text, in hexadecimal. */
export const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");

function withLength(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * The MD5 of a message's attributes, which clients check.
 *
 * @returns nothing where there are none
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const { dataType, stringValue = "", binaryValue } = attributes[name] as MessageAttribute;
    const isBinary = dataType.startsWith("Binary");
    hash.update(withLength(name)).update(withLength(dataType));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    hash.update(withLength(isBinary ? Buffer.from(binaryValue ?? "", "base64") : stringValue));
  }
  return hash.digest("hex");
}
