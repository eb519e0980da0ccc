import { MaxPartsExceededError, type MultipartPart, parseMultipart } from "@remix-run/multipart-parser";
import { isUtf8 } from "../core/bytes.ts";
import { BadRequest, PayloadTooLarge, UnsupportedMediaType } from "../core/errors.ts";
import { isTextual, readContentType } from "./contentType.ts";
import type { FormFile } from "./form.ts";
import { isUtf8Type } from "./mediaType.ts";

const malformed = (cause?: unknown): BadRequest => new BadRequest("Malformed body", { cause });

/** What a boundary may be (RFC 2046 section 5.1.1); some clients take other visible characters as well. */
const boundaryForm = /^[ -~]{1,70}$/;

/** What browsers write in the place of a quote and line breaks (HTML section 4.10.21.8). */
const escaped: Readonly<Record<string, string>> = { "%22": '"', "%0d": "\r", "%0a": "\n" };

const unescaped = (text: string): string =>
  text.replace(/%(?:22|0[da])/gi, found => escaped[found.toLowerCase()] as string);

/** The last step of what may be a path, on whatever system the client runs (RFC 7578 section 4.2). */
function withoutFolders(filename: string): string {
  const name = filename.slice(Math.max(filename.lastIndexOf("/"), filename.lastIndexOf("\\")) + 1);
  return name === "." || name === ".." ? "" : name;
}

/** A filename in the form of RFC 8187, which some clients send as well when it is not ASCII. */
function extended([text]: readonly string[] = []): string | undefined {
  const [charset, , encoded] = text?.split("'", 3) ?? [];
  if (encoded === undefined || charset?.toLowerCase() !== "utf-8") return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/**
 * The parser reads a header as far as a line or paragraph separator. Unicode has characters for use inside of a process alone, of
 * as many bytes, which stand for the two until a header was read.
 */
const separators: readonly [sent: string, inside: string][] = [
  ["\u2028", "\ufdd0"],
  ["\u2029", "\ufdd1"],
];

/** The body, with headers that the parser reads to their ends. */
function readable(bytes: Buffer, boundary: string): Buffer {
  if (!separators.some(([sent]) => bytes.includes(sent))) return bytes;
  const copy = Buffer.from(bytes);
  const delimiter = `--${boundary}\r\n`;
  for (let at = copy.indexOf(delimiter); at >= 0; at = copy.indexOf(`\r\n${delimiter}`, at)) {
    const end = copy.indexOf("\r\n\r\n", at + delimiter.length);
    if (end < 0) break;
    const header = copy.subarray(at, end);
    for (const [sent, inside] of separators) {
      for (let found = header.indexOf(sent); found >= 0; found = header.indexOf(sent, found)) {
        header.write(inside, found);
      }
    }
    at = end + 2;
  }
  return copy;
}

/** A header as it was sent. */
const asSent = (header = ""): string =>
  separators.reduce((text, [sent, inside]) => text.replaceAll(inside, sent), header);

function fieldOf(part: MultipartPart): [name: string, value: string | FormFile] {
  const disposition = readContentType(asSent(part.headers["content-disposition"]));
  const names = disposition.parameters.get("name") ?? [];
  const filenames = disposition.parameters.get("filename") ?? [];
  const [sentName] = names;
  if (disposition.type !== "form-data" || sentName === undefined) throw malformed();
  if (names.length > 1 || filenames.length > 1) throw malformed();
  const name = unescaped(sentName);
  const filename = extended(disposition.parameters.get("filename*")) ?? filenames[0];
  const type = part.headers["content-type"] || "text/plain";
  const isFile = filename !== undefined || !isTextual(type);
  const coding = part.headers["content-transfer-encoding"];
  if (coding !== undefined && !/^(?:7bit|8bit|binary)$/i.test(coding)) throw new UnsupportedMediaType();
  const bytes = Buffer.concat(part.content);
  if (isFile) return [name, { filename: withoutFolders(unescaped(filename ?? "")), type, bytes }];
  if (!isUtf8Type(readContentType(type).parameters)) throw new UnsupportedMediaType();
  if (!isUtf8(bytes)) throw malformed();
  return [name, bytes.toString()];
}

/** The next part, with headers that are text. */
function nextOf(parts: Iterator<MultipartPart>): MultipartPart | undefined {
  try {
    const { value, done } = parts.next();
    return done || value.headers === undefined ? undefined : value;
  } catch (cause) {
    throw cause instanceof MaxPartsExceededError ? new PayloadTooLarge() : malformed(cause);
  }
}

/**
 * The fields of a body of `multipart/form-data` (RFC 7578), in the order sent.
 *
 * @param bytes the body
 * @param boundaries what the content type says of the boundary
 * @param maxParts how many parts there may be
 * @throws BadRequest (400) `Malformed body`; PayloadTooLarge (413) for more parts; UnsupportedMediaType (415) for a text in
 * another charset than UTF-8 and for a part in a transfer encoding, which nobody uses any more (RFC 7578 section 4.7)
 */
export function* partsOf(
  bytes: Buffer,
  boundaries: readonly string[],
  maxParts: number,
): Generator<[name: string, value: string | FormFile]> {
  const [boundary = ""] = boundaries;
  if (boundaries.length !== 1 || !boundaryForm.test(boundary)) throw malformed();
  const parts = parseMultipart(readable(bytes, boundary), {
    boundary,
    maxParts,
    maxFileSize: Number.POSITIVE_INFINITY,
    maxTotalSize: Number.POSITIVE_INFINITY,
  });
  for (let part = nextOf(parts); part !== undefined; part = nextOf(parts)) yield fieldOf(part);
}
