import { keepRawBody } from "../http/body.ts";
import { isEarlyResponse } from "../http/ready.ts";
import { looksReady, wrapped } from "../http/wrapped.ts";
import { seal, serializeLeft, writeResponseAsIs } from "../http/writeResponse.ts";
import type { Door } from "./door.ts";

/** The door of all that HTTP requests come to. */
export const httpDoor: Door = {
  keepRawBody,
  /** An early response in Lambda's plain form is a response, whatever its body is. */
  writeEarly(request) {
    const { response } = request;
    return isEarlyResponse(response) ? writeResponseAsIs(request, response) : serializeLeft(request);
  },
  serializeLeft,
  wrap: value => (looksReady(value) ? wrapped(value) : value),
  seal,
};
