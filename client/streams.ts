import { type ApiError, brokenOff, ClientError, errorOf, lost } from "./result.ts";

const failed = ({ status, headers }: Response, error: ApiError): ClientError =>
  new ClientError({ ok: false, status, error, headers });

/** The lines of a response as they come, without their ends; what comes after the last end is given last, and may be empty. */
async function* linesOf(response: Response): AsyncGenerator<string, void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  // What a line has so far, in pieces: a long line comes in many, and to look through all of it each time takes quadratic time.
  let rest: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const [first = "", ...others] = decoder.decode(value, { stream: !done }).split("\n");
      rest.push(first);
      for (const next of others) {
        const line = rest.join("");
        rest = [next];
        yield line.endsWith("\r") ? line.slice(0, -1) : line;
      }
      if (done) break;
    }
    yield rest.join("");
  } finally {
    // Who stops early ends the request.
    await reader.cancel().catch(() => undefined);
  }
}

/** Lines whose connection may break: that is a `ClientError` like any other failure. */
async function* unbroken(response: Response): AsyncGenerator<string, void> {
  try {
    yield* linesOf(response);
  } catch (cause) {
    throw new ClientError({ ...lost(cause), status: response.status });
  }
}

function parsed(response: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failed(response, brokenOff);
  }
}

/**
 * The items of NDJSON, one after another.
 *
 * @throws ClientError when the stream breaks off: its last line has an end
 */
export async function* ndjsonItems(response: Response): AsyncGenerator<unknown, void> {
  let previous: string | undefined;
  for await (const line of unbroken(response)) {
    if (previous !== undefined && previous !== "") yield parsed(response, previous);
    previous = line;
  }
  if (previous !== undefined && previous !== "") throw failed(response, brokenOff);
}

/** The name and the value of a field; of a comment the name is empty. */
function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1)];
}

/**
 * The items of server-sent events, one after another (HTML section 9.2.6).
 *
 * @throws ClientError of the event `error`, and when the stream ends without the event `end`
 */
export async function* eventItems(response: Response): AsyncGenerator<unknown, void> {
  let name = "";
  let data: string[] = [];
  for await (const line of unbroken(response)) {
    if (line !== "") {
      const [field, value] = fieldOf(line);
      if (field === "event") name = value;
      if (field === "data") data.push(value);
      continue;
    }
    const [text, kind] = [data.join("\n"), name];
    const isEmpty = data.length === 0;
    [name, data] = ["", []];
    if (isEmpty) continue;
    if (kind === "end") return;
    const item = parsed(response, text);
    if (kind === "error") throw failed(response, errorOf(item, response));
    yield item;
  }
  throw failed(response, brokenOff);
}
