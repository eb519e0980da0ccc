import { createHash } from "node:crypto";
import type { Row } from "../../core/types.ts";
import { isDeleted } from "../changes.ts";
import { canonicalJson, sameValue } from "../fields/values.ts";
import { duplicate, uniqueGroups } from "../memory/uniqueIndex.ts";
import { noteFailed } from "../together.ts";
import type { Item } from "./api.ts";
import { bindings, called, compared, join } from "./expression.ts";
import { keyOfRow } from "./ids.ts";
import { isNumberKey, type Path, partsOf, type TableLayout } from "./layout.ts";
import {
  type Mark,
  type MarkAction,
  type MarkBook,
  type Marking,
  type Marks,
  markAttribute,
  markPrefix,
  ownerAttribute,
} from "./marks.ts";
import { toAttribute } from "./values.ts";

function checkGroups(groups: readonly (readonly unknown[])[], { kinds }: TableLayout): void {
  if (kinds === undefined) {
    throw new TypeError(
      'dynamoModel: option "unique" needs "fields" or a schema: values are compared as what they are',
    );
  }
  if (groups.some(group => group.length === 0)) {
    throw new TypeError('dynamoModel: option "unique" has a group without fields');
  }
  for (const field of groups.flat()) {
    if (typeof field !== "string" || !Object.hasOwn(kinds, field)) {
      throw new TypeError(`dynamoModel: option "unique" names "${String(field)}", which is not a field`);
    }
  }
}

/** The key of a marker. A number has 38 digits; that of a marker is a fraction, which no id is. */
function keyOfMark({ partition, sort }: Path, hash: Buffer): Item {
  const digits = (BigInt(`0x${hash.toString("hex")}`) % 10n ** 36n).toString().padStart(36, "0");
  const first = isNumberKey(partition)
    ? { N: `0.${digits}1` }
    : { S: `${markPrefix}${hash.toString("base64url")}` };
  return {
    [partition.attribute]: first,
    ...(sort && { [sort.attribute]: isNumberKey(sort) ? { N: "0" } : { S: markAttribute } }),
  };
}

const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();

/** What distinguishes the objects of a model from others in its table: a name may change. */
const scopeOf = ({ type, table }: TableLayout): string[] => [
  type?.value ?? "",
  ...partsOf([table]).map(({ value, prefix }) => value ?? prefix),
];

/** A marker while a transaction is put together: whose it was, and whose it is to be. */
interface Held {
  mark: Mark;
  from: string | undefined;
  to: string | undefined;
  of: number;
}

function actionOf({ mark, from, to, of }: Held): MarkAction {
  const bound = bindings();
  const [partition] = Object.keys(mark.key) as [string];
  const owners = new Set([from, to].filter(owner => owner !== undefined));
  const { text: ConditionExpression } = join("OR", [
    called("attribute_not_exists", bound.name(partition)),
    ...[...owners].map(S => compared(bound.name(ownerAttribute), "=", bound.value({ S }))),
  ]);
  const condition = { ConditionExpression, ...bound.input() };
  const { key, rule, fields } = mark;
  const isRelease = to === undefined;
  if (isRelease) return { write: { is: "Delete", input: { Key: key, ...condition } }, fields, isRelease, of };
  const Item = { ...key, [markAttribute]: { S: rule }, [ownerAttribute]: { S: to } };
  return { write: { is: "Put", input: { Item, ...condition } }, fields, isRelease, of };
}

function markBook(): MarkBook {
  const states = new Map<string, Held>();
  const idOf = ({ key }: Mark): string => JSON.stringify(key);
  return {
    get size() {
      return states.size;
    },
    add({ owner, claims, releases }, of) {
      for (const mark of releases) {
        // What somebody claimed before is refused: the value was not free at that time.
        if (!states.has(idOf(mark))) states.set(idOf(mark), { mark, from: owner, to: undefined, of });
      }
      for (const mark of claims) {
        const held = states.get(idOf(mark));
        if (held?.to !== undefined) throw noteFailed(duplicate(mark.fields), of);
        states.set(idOf(mark), { mark, from: held?.from, to: owner, of });
      }
    },
    actions: () => [...states.values()].map(actionOf),
  };
}

/**
 * Keeps fields of a model unique by markers, what `#unique` means unless the condition `tsverless-no-unique` is given: for each
 * value there is an item of its own in the table, whose key is made of the value, and which is written in the transaction that
 * writes the object.
 *
 * @param unique fields, or groups of them
 * @param softDelete the field that says when an object was deleted: its values are free
 * @throws TypeError on a field that is not there
 */
export function marking(
  unique: readonly unknown[],
  layout: TableLayout,
  softDelete: string | undefined,
): Marking {
  const groups = uniqueGroups(unique);
  checkGroups(groups, layout);
  const scope = scopeOf(layout);
  const own = JSON.stringify([scope]);
  const rules = groups.map(fields => ({ fields, rule: JSON.stringify([scope, [...fields].sort()]) }));

  function markIn(row: Row, { fields, rule }: (typeof rules)[number]): Mark | undefined {
    const sorted = [...fields].sort();
    if (isDeleted(row, softDelete) || sorted.some(field => (row[field] ?? null) === null)) return undefined;
    const values = sorted.map(field => toAttribute(layout.kinds?.[field], row[field], field));
    const hash = createHash("sha256")
      .update(`${rule}${canonicalJson(values)}`)
      .digest();
    return { fields, rule, key: keyOfMark(layout.table, hash) };
  }

  function between(before: Row | undefined, after: Row | undefined): Marks | undefined {
    const touched = rules.filter(
      ({ fields }) =>
        before === undefined ||
        after === undefined ||
        isDeleted(before, softDelete) !== isDeleted(after, softDelete) ||
        fields.some(field => !sameValue(before[field], after[field])),
    );
    if (touched.length === 0) return undefined;
    const marksIn = (row: Row | undefined): Mark[] =>
      row ? touched.map(rule => markIn(row, rule)).filter(mark => mark !== undefined) : [];
    const [old, next] = [marksIn(before), marksIn(after)];
    const without = (marks: readonly Mark[], others: readonly Mark[]): Mark[] => {
      const keys = new Set(others.map(({ key }) => JSON.stringify(key)));
      return marks.filter(({ key }) => !keys.has(JSON.stringify(key)));
    };
    return {
      owner: JSON.stringify(keyOfRow(layout, (after ?? before) as Row)),
      claims: without(next, old),
      releases: without(old, next),
      fields: [...new Set(touched.flatMap(({ fields }) => fields))],
    };
  }

  return {
    done: {
      key: keyOfMark(layout.table, hashOf(own)),
      rule: own,
      rules: JSON.stringify(rules.map(({ rule }) => rule).sort()),
    },
    isOwn: rule => rule.startsWith(`${own.slice(0, -1)},`),
    fieldsOf: rule => rules.find(one => one.rule === rule)?.fields,
    of: row => rules.map(rule => markIn(row, rule)).filter(mark => mark !== undefined),
    between,
    book: markBook,
  };
}
