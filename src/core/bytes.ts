/** Whether bytes are UTF-8. Node has the module since its own start: an import would take longer than to ask for it. */
export const isUtf8 = (bytes: Uint8Array): boolean => process.getBuiltinModule("node:buffer").isUtf8(bytes);

/**
 * The bytes of a Buffer, typed array, DataView or ArrayBuffer, without copying them.
 *
 * @returns `undefined` for any other value
 */
export function bytesOf(value: unknown): Buffer | undefined {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return Buffer.from(value);
  return undefined;
}
