import { expectTypeOf } from "vitest";
import { z } from "zod";
import { type S3File, s3File } from "../../middlewares/s3File.ts";
import { type SqsJsonMessage, type SqsMessage, sqsMessages } from "../../middlewares/sqsMessages.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";

export function files(): void {
  pipeline([s3File()], (_event, { file, files }) => {
    expectTypeOf(file).toEqualTypeOf<S3File>();
    expectTypeOf(files).toEqualTypeOf<S3File[]>();
    expectTypeOf(file.size).toEqualTypeOf<number | undefined>();
  });
}

export function messages(): void {
  pipeline([sqsMessages()], (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsMessage[]>();
    // @ts-expect-error bodies are parsed with `json` alone
    messages[0]?.body;
  });
  pipeline([sqsMessages({ json: true })], (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsJsonMessage<unknown>[]>();
  });
  pipeline([sqsMessages<{ id: number }>({ json: true })], (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsJsonMessage<{ id: number }>[]>();
  });
  pipeline([sqsMessages({ json: z.object({ id: z.coerce.date() }) })], (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsJsonMessage<{ id: Date }>[]>();
  });
}
