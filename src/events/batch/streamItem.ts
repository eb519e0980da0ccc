import type { AttributeValue } from "aws-lambda";
import { isExact, plainNumber } from "../../core/numberText.ts";
import { mapValues } from "../../core/objects.ts";

/** An item as a stream brings it: as DynamoDB has it, but with bytes in base64. */
export type StreamItem = Record<string, AttributeValue>;

function withBytes(value: AttributeValue): unknown {
  const { B, BS, L, M } = value;
  if (B !== undefined) return { B: Buffer.from(B, "base64") };
  if (BS !== undefined) return { BS: BS.map(bytes => Buffer.from(bytes, "base64")) };
  if (L !== undefined) return { L: L.map(withBytes) };
  return M === undefined ? value : { M: mapValues(M, withBytes) };
}

/** The item as its own table gives it. */
export const tableItem = (item: StreamItem): Record<string, never> =>
  mapValues(item, withBytes) as Record<string, never>;

/** A number to the digit: as a bigint or, behind the point, as text where JavaScript's numbers have too few. */
function numberOf(text: string): number | bigint | string {
  const number = Number(text);
  if (isExact(text, number)) return number;
  const plain = plainNumber(text) ?? text;
  return /^-?\d+$/.test(plain) ? BigInt(plain) : plain;
}

function attributeValue({ S, N, BOOL, B, L, M, SS, NS, BS }: AttributeValue): unknown {
  if (N !== undefined) return numberOf(N);
  if (B !== undefined) return Buffer.from(B, "base64");
  if (L !== undefined) return L.map(attributeValue);
  if (M !== undefined) return mapValues(M, attributeValue);
  return S ?? BOOL ?? SS ?? NS?.map(numberOf) ?? BS?.map(bytes => Buffer.from(bytes, "base64")) ?? null;
}

/** The item as a plain object, for what knows nothing of its kind. */
export const plainItem = (item: StreamItem): Record<string, unknown> => mapValues(item, attributeValue);
