import { isRecord } from "../src/core/objects.ts";

/** A place at which two values differ. */
export interface DeepDifference {
  /** The keys that lead there; indexes of lists are numbers. */
  readonly path: readonly (string | number)[];
  readonly expected: unknown;
  readonly actual: unknown;
}

const canDiffer = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && !ArrayBuffer.isView(value);

/**
 * Finds where two values differ, as deep inside as possible: objects key by key, lists item by item, bytes as a whole.
 *
 * @param isSame whether nothing is to be found at a place
 */
export function deepDifferences(
  expected: unknown,
  actual: unknown,
  isSame: (expected: unknown, actual: unknown) => boolean,
  path: readonly (string | number)[] = [],
): DeepDifference[] {
  if (isSame(expected, actual)) return [];
  const isList = Array.isArray(expected);
  if (!canDiffer(expected) || !canDiffer(actual) || isList !== Array.isArray(actual)) {
    return [{ path, expected, actual }];
  }
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap(key =>
    deepDifferences(expected[key], actual[key], isSame, [...path, isList ? Number(key) : key]),
  );
}
