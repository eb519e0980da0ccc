import type { IncomingMessage } from "node:http";

/**
 * Collects the body of a request. What comes after the limit is read and thrown away, so that the client gets to see
 * the response.
 *
 * @param request the request
 * @param limit bytes at most
 * @returns the bytes, or `undefined` as soon as there are too many
 * @throws Error when the client goes away before the end
 */
export function collectBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const gone = new Error("The client closed the connection");
  if (request.destroyed) return Promise.reject(gone);
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks = [];
        resolve(undefined);
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(gone));
  });
}
