/** A payload as text: text as it is, all else as JSON. */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null);

/** A payload in base64: bytes and text as they are, all else as JSON. */
export const base64Of = (value: unknown): string =>
  (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(textOf(value))).toString("base64");
