import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/**
 * The expressions of DynamoDB by the grammar that its guide documents, and the refusals that the service is known for: local
 * engines take more than it does. Where what the service does is disputed, the stricter reading counts.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */

type Values = Readonly<Record<string, AttributeValue>>;

/** The placeholders of a request, and which of them its expressions use. */
export interface Placeholders {
  names: Readonly<Record<string, string>>;
  values: Values;
  used: Set<string>;
}

/** What the service would not take. */
export class Refused extends Error {}

function refuse(reason: string): never {
  throw new Refused(reason);
}

/** An operand: an attribute, a value, or a function of them. */
interface Operand {
  text: string;
  /** The attribute that it names. */
  path?: string;
  value?: AttributeValue;
}

/** A condition as it was read: what binds it together, and the operands of a comparison. */
export interface Condition {
  op: "and" | "or" | "not" | "between" | "in" | "=" | "<>" | "<" | "<=" | ">" | ">=" | (string & {});
  parts: Condition[];
  operands: Operand[];
}

const comparators = ["<>", "<=", ">=", "=", "<", ">"];
const functions: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};
const types = ["S", "SS", "N", "NS", "B", "BS", "BOOL", "NULL", "L", "M"];

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const form = /\s+|([#:][A-Za-z0-9_]+|[A-Za-z_]\w*|<>|<=|>=|[=<>(),+-])/y;
  while (form.lastIndex < text.length) {
    const at = form.lastIndex;
    const found = form.exec(text);
    if (found === null) refuse(`Syntax error at ${at} of ${text}`);
    if (found[1] !== undefined) tokens.push(found[1]);
  }
  return tokens;
}

const typeOf = (value: AttributeValue): string => Object.keys(value)[0] as string;
const hasOrder = (value: AttributeValue): boolean => ["S", "N", "B"].includes(typeOf(value));

/** Reads one expression. */
class Reader {
  readonly #tokens: string[];
  readonly #placeholders: Placeholders;
  #at = 0;
  #operators = 0;

  constructor(text: string, placeholders: Placeholders) {
    if (text.trim() === "") refuse("The expression can not be empty");
    if (Buffer.byteLength(text) > 4096) refuse("Expression size has exceeded the maximum allowed size");
    this.#tokens = tokensOf(text);
    this.#placeholders = placeholders;
  }

  peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  take(): string {
    return this.#tokens[this.#at++] ?? refuse("Syntax error at the end");
  }

  is(word: string): boolean {
    return this.peek()?.toUpperCase() === word;
  }

  takes(word: string): boolean {
    if (!this.is(word)) return false;
    this.#at++;
    return true;
  }

  expect(word: string): void {
    if (!this.takes(word)) refuse(`Syntax error: ${this.peek()} in the place of ${word}`);
  }

  /** @throws Refused when something is left, or there are too many operators */
  end(): void {
    if (this.peek() !== undefined) refuse(`Syntax error at ${this.peek()}`);
    if (this.#operators > 300) refuse("The expression contains too many operators");
  }

  counted(): void {
    this.#operators++;
  }

  path(): Operand {
    const token = this.take();
    if (!token.startsWith("#")) refuse(`${token} may be a reserved word, or is not an attribute`);
    const path = this.#placeholders.names[token];
    if (path === undefined)
      refuse(`An expression attribute name used in the expression is not defined: ${token}`);
    this.#placeholders.used.add(token);
    return { text: path, path };
  }

  operand(): Operand {
    const token = this.peek() ?? "";
    if (!token.startsWith(":")) return this.path();
    this.take();
    const value = this.#placeholders.values[token];
    if (value === undefined)
      refuse(`An expression attribute value used in expression is not defined: ${token}`);
    this.#placeholders.used.add(token);
    return { text: token, value };
  }

  list(): Operand[] {
    this.expect("(");
    const operands = [this.operand()];
    while (this.takes(",")) operands.push(this.operand());
    this.expect(")");
    return operands;
  }

  or(): Condition {
    return this.joined("OR", () => this.and());
  }

  and(): Condition {
    return this.joined("AND", () => this.not());
  }

  joined(word: "AND" | "OR", read: () => Condition): Condition {
    const parts = [read()];
    while (this.takes(word)) {
      this.counted();
      parts.push(read());
    }
    if (parts.length === 1) return parts[0] as Condition;
    for (const part of parts) if (part.op === "()") needed(part, word === "AND" ? ["or"] : []);
    return { op: word.toLowerCase(), parts: parts.map(inner), operands: [] };
  }

  not(): Condition {
    if (!this.takes("NOT")) return this.test();
    this.counted();
    const part = this.not();
    if (part.op === "()") needed(part, ["and", "or"]);
    return { op: "not", parts: [inner(part)], operands: [] };
  }

  test(): Condition {
    if (this.takes("(")) {
      const part = this.or();
      this.expect(")");
      return { op: "()", parts: [part], operands: [] };
    }
    this.counted();
    const token = this.peek() ?? "";
    if (/^[a-z_]+$/.test(token)) return this.call();
    const left = this.operand();
    if (this.takes("BETWEEN")) {
      const low = this.operand();
      this.expect("AND");
      return { op: "between", parts: [], operands: [left, low, this.operand()] };
    }
    if (this.takes("IN")) return { op: "in", parts: [], operands: [left, ...this.list()] };
    const sign = this.take();
    if (!comparators.includes(sign)) refuse(`Syntax error at ${sign}`);
    return { op: sign, parts: [], operands: [left, this.operand()] };
  }

  call(): Condition {
    const op = this.take();
    if (functions[op] === undefined) refuse(`Invalid function name: ${op}`);
    const operands = this.list();
    if (operands.length !== functions[op]) refuse(`Incorrect number of operands for ${op}`);
    return { op, parts: [], operands };
  }
}

const inner = (part: Condition): Condition => (part.op === "()" ? inner(part.parts[0] as Condition) : part);

/** Parentheses that do not change what is meant are refused. */
function needed(part: Condition, around: readonly string[]): void {
  if (!around.includes((part.parts[0] as Condition).op)) refuse("The expression has redundant parentheses");
}

function checkOperands({ op, operands, parts }: Condition): void {
  for (const part of parts) checkOperands(part);
  const [first, second, third] = operands;
  if (first === undefined) return;
  if (op === "in") {
    if (operands.length > 101) refuse("The IN operator is provided with too many operands");
    return;
  }
  if (operands.length > 1 && operands.some(({ text }, at) => at > 0 && text === first.text)) {
    refuse(`The first operand must be distinct from the remaining operands: ${op}`);
  }
  if (op in functions && first.path === undefined) refuse(`${op} takes an attribute first`);
  const ordered = ["<", "<=", ">", ">=", "between"].includes(op);
  for (const { value } of operands) {
    if (ordered && value !== undefined && !hasOrder(value)) {
      refuse(
        `Incorrect operand type for operator or function; operator: ${op}, operand type: ${typeOf(value)}`,
      );
    }
  }
  if (op === "begins_with" && second?.value && !["S", "B"].includes(typeOf(second.value))) {
    refuse("Incorrect operand type for operator or function; operator: begins_with");
  }
  if (op === "attribute_type" && !types.includes(second?.value?.S ?? ""))
    refuse("Invalid attribute type name");
  if (op === "between" && second?.value && third?.value) checkRange(second.value, third.value);
}

function checkRange(low: AttributeValue, high: AttributeValue): void {
  if (typeOf(low) !== typeOf(high))
    refuse("The BETWEEN operator requires same data type for lower and upper bounds");
  const isTurned =
    low.S === undefined
      ? Number(low.N) > Number(high.N)
      : Buffer.compare(Buffer.from(low.S), Buffer.from(high.S as string)) > 0;
  if (isTurned)
    refuse("The BETWEEN operator requires upper bound to be greater than or equal to lower bound");
}

/** Reads a condition or a filter. @throws Refused */
export function readCondition(text: string, placeholders: Placeholders): Condition {
  const reader = new Reader(text, placeholders);
  const found = reader.or();
  reader.end();
  if (found.op === "()") refuse("The expression has redundant parentheses");
  checkOperands(found);
  return found;
}

/** The attributes that a condition names. */
export function pathsOf({ parts, operands }: Condition): string[] {
  return [...parts.flatMap(pathsOf), ...operands.flatMap(({ path }) => path ?? [])];
}

/** Reads what a query says of its keys: the partition is equalled, the sort key may be compared. @throws Refused */
export function readKeyCondition(
  text: string,
  placeholders: Placeholders,
  partition: string,
  sort: string | undefined,
): void {
  const found = readCondition(text, placeholders);
  const tests = found.op === "and" ? found.parts : [found];
  if (tests.length > 2) refuse("Conditions can be of length 1 or 2 only");
  const seen = tests.map(({ op, operands }) => {
    const [{ path } = {}, ...values] = operands;
    if (path !== partition && path !== sort)
      refuse(`Query key condition not supported: ${path} is not a key`);
    if (path === partition && op !== "=") refuse("Query key condition not supported");
    if (!["=", "<", "<=", ">", ">=", "between", "begins_with"].includes(op)) {
      refuse(`Invalid operator used in KeyConditionExpression: ${op}`);
    }
    for (const { value } of values) {
      if (value === undefined || !hasOrder(value)) refuse("A key is compared with a value of its type");
      if (value.S === "")
        refuse("The AttributeValue for a key attribute cannot contain an empty string value");
    }
    return path;
  });
  if (new Set(seen).size < seen.length)
    refuse("KeyConditionExpressions must only contain one condition per key");
  if (!seen.includes(partition)) refuse(`Query condition missed key schema element: ${partition}`);
}

/** Reads an update. @returns the attributes that it changes @throws Refused */
export function readUpdate(text: string, placeholders: Placeholders): string[] {
  const reader = new Reader(text, placeholders);
  const changed: string[] = [];
  const seen = new Set<string>();
  const change = (): void => {
    const { text: path } = reader.path();
    if (changed.includes(path)) refuse(`Two document paths overlap with each other: ${path}`);
    changed.push(path);
  };
  const operand = (): void => {
    if (!reader.takes("IF_NOT_EXISTS")) {
      reader.operand();
      return;
    }
    reader.counted();
    reader.expect("(");
    reader.path();
    reader.expect(",");
    reader.operand();
    reader.expect(")");
  };
  while (reader.peek() !== undefined) {
    const clause = reader.take().toUpperCase();
    if (!["SET", "REMOVE"].includes(clause)) refuse(`Syntax error at ${clause}`);
    if (seen.has(clause)) refuse(`The "${clause}" section can only be used once in an update expression`);
    seen.add(clause);
    do {
      reader.counted();
      change();
      if (clause === "REMOVE") continue;
      reader.expect("=");
      operand();
      if (reader.takes("+") || reader.takes("-")) {
        reader.counted();
        operand();
      }
    } while (reader.takes(","));
  }
  reader.end();
  return changed;
}
