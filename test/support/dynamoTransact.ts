import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";

type Json = Record<string, unknown>;
interface Answer {
  status: number;
  body: Json;
}
interface Reason extends Json {
  Code: string;
}
type Ask = (operation: string, input: Json) => Promise<Answer>;
type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const prefix = "DynamoDB_20120810.";
const operations: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  // Without changes it checks; what would come of it for an item that is not there is taken back at once.
  ConditionCheck: "UpdateItem",
};
const inner = "x-within-a-transaction";

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function asking(server: Server, headers: IncomingHttpHeaders): Ask {
  const { port } = server.address() as { port: number };
  const kept = Object.fromEntries(
    ["authorization", "x-amz-date", "content-type"].map(name => [name, String(headers[name])]),
  );
  return async (operation, input) => {
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: "POST",
      headers: { ...kept, [inner]: "1", "x-amz-target": `${prefix}${operation}` },
      body: JSON.stringify(input),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
}

async function keyOf(ask: Ask, { TableName, Key, Item }: Json): Promise<Json> {
  if (Key !== undefined) return Key as Json;
  const { body } = await ask("DescribeTable", { TableName });
  const schema = (body.Table as { KeySchema: { AttributeName: string }[] }).KeySchema;
  return Object.fromEntries(schema.map(({ AttributeName: name }) => [name, (Item as Json)[name]]));
}

async function reasonOf(ask: Ask, answer: Answer, input: Json): Promise<Reason> {
  const name = String(answer.body.__type).split("#").at(-1) ?? "";
  if (name !== "ConditionalCheckFailedException") {
    return { Code: name === "ValidationException" ? "ValidationError" : name, Message: answer.body.message };
  }
  const reason = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
  if (input.ReturnValuesOnConditionCheckFailure !== "ALL_OLD") return reason;
  const found = await ask("GetItem", {
    TableName: input.TableName,
    Key: await keyOf(ask, input),
    ConsistentRead: true,
  });
  return { ...reason, ...(found.body.Item !== undefined && { Item: found.body.Item }) };
}

const invalid = (message: string): Answer => ({
  status: 400,
  body: { __type: "com.amazon.coral.validate#ValidationException", message },
});

/** Makes one write after the other, and takes them back where one is refused. */
async function transact(ask: Ask, { TransactItems }: Json): Promise<Answer> {
  const actions = (TransactItems as Json[]).map(action => Object.entries(action)[0] as [string, Json]);
  const undo: (() => Promise<unknown>)[] = [];
  const keys = await Promise.all(
    actions.map(async ([, input]) => JSON.stringify([input.TableName, await keyOf(ask, input)])),
  );
  if (new Set(keys).size < keys.length || actions.length > 100)
    return invalid("Transaction request cannot include multiple operations on one item, or more than 100");
  if (actions.some(([kind, { UpdateExpression }]) => kind === "Update" && UpdateExpression === undefined))
    return invalid("An update in a transaction needs an UpdateExpression");
  for (const [index, [kind, input]] of actions.entries()) {
    const { ReturnValuesOnConditionCheckFailure: _, ...plain } = input;
    const answer = await ask(operations[kind] as string, { ...plain, ReturnValues: "ALL_OLD" });
    if (answer.status === 200) {
      const { TableName } = input;
      const old = answer.body.Attributes;
      const Key = await keyOf(ask, input);
      const back = (): Promise<unknown> =>
        old ? ask("PutItem", { TableName, Item: old }) : ask("DeleteItem", { TableName, Key });
      if (kind !== "ConditionCheck") undo.unshift(back);
      else if (old === undefined) await back();
      continue;
    }
    const reason = await reasonOf(ask, answer, input);
    for (const back of undo) await back();
    const reasons = actions.map((_action, at): Reason => (at === index ? reason : { Code: "None" }));
    const codes = reasons.map(({ Code }) => Code).join(", ");
    return {
      status: 400,
      body: {
        __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
        CancellationReasons: reasons,
      },
    };
  }
  return { status: 200, body: {} };
}

/**
 * Gives dynalite the operation `TransactWriteItems`, which it lacks: one transaction at a time, of writes that are taken back. Other
 * writes wait for it.
 */
export function withTransactions(server: Server): Server {
  const listeners = server.listeners("request") as Listener[];
  let last: Promise<unknown> = Promise.resolve();
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const pass = (): void => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    const target = String(request.headers["x-amz-target"]);
    const before = last;
    if (target !== `${prefix}TransactWriteItems`) {
      if (request.headers[inner] !== undefined || !/(?:Put|Update|Delete)Item$/.test(target)) return pass();
      last = before.then(
        () =>
          new Promise<void>(resolve => {
            response.once("close", resolve);
            pass();
          }),
      );
      return;
    }
    last = textOf(request).then(async text => {
      await before;
      const { status, body } = await transact(asking(server, request.headers), JSON.parse(text) as Json);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
    });
  });
  return server;
}
