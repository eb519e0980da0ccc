import type { PathField } from "../query/relating.ts";
import type { AnyScope } from "../query/scope.ts";
import type {
  FullQueryset,
  HasRelated,
  Model,
  OrderKey,
  RelatedModel,
  RelatedOf,
  RelatedTo,
  Relation,
} from "../types.ts";
import type { ForeignKey, KeyHolder, KeyTable, KeyTableOf, OnDelete } from "./foreignKey.ts";
import type { Request } from "./read.ts";
import type { Dangling } from "./refer.ts";
import type { Serialize, ToSerialize } from "./serializers.ts";
import type { relationTag } from "./tag.ts";

declare const target: unique symbol;
declare const ownKeys: unique symbol;

/** What a model, and whoever serializes its objects, asks of a relation: who has none carries none of it. */
export interface RelationParts {
  /**
   * @param keys the table of the model, where it holds foreign keys
   * @throws TypeError when a model of these fields can't have it
   */
  check(
    factory: string,
    name: string,
    fields: Readonly<Record<string, unknown>> | undefined,
    keys: KeyHolder | undefined,
  ): void;
  /** The foreign key that a table is to have for it, if any. @throws TypeError where one was asked for that can't be */
  foreignKey<Table extends KeyTable>(
    name: string,
    owner: KeyTable,
    tableOf: KeyTableOf<Table>,
  ): ForeignKey<Table> | undefined;
  /** Notes who knows whether the database itself refuses what refers to nothing, for a model that has the relation. */
  answersBy(model: object, answer: () => Promise<boolean>): void;
  /** Whether the database refuses all that {@link dangling} finds. */
  isAnswered(model: object): Promise<boolean>;
  /** Has a serializer read what it shows of the relations of a model. */
  bind(serializer: Serialize, model: RelatedModel, toSerialize: ToSerialize): Serialize;
  /** Makes what shows the relation by a serializer of the related objects. */
  show(name: string, source: unknown, owner: RelatedModel, toSerialize: ToSerialize): Serialize;
  /** Finds the field of a related object that a path names. @throws TypeError where it leads nowhere */
  fieldAt(factory: string, path: string, model: RelatedModel): PathField | undefined;
  /** Gives a queryset filters through the relations of a model. */
  through<T>(objects: FullQueryset<T>, model: RelatedModel): FullQueryset<T>;
  /**
   * The objects that a filter through it may find.
   *
   * @param name that of the relation
   * @throws TypeError when it has a queryset, and there is no request that this is asked for
   */
  objects(name: string, request: Request | undefined): Promise<FullQueryset<unknown>>;
  /** Says of each object whether it refers to what is not there. */
  readonly dangling: Dangling;
}

/** A relation with all that {@link one} and {@link many} made of it. */
export interface TaggedRelation extends Relation {
  readonly [relationTag]: RelationParts;
}

/** A relation to at most one object. */
export interface One<T, Key extends string = string> extends Relation {
  readonly kind: "one";
  /** Exists in types alone. */
  readonly [target]?: () => T;
  /** Exists in types alone. */
  readonly [ownKeys]?: () => Key;
}

/** A relation to any number of objects. */
export interface Many<T> extends Relation {
  readonly kind: "many";
  /** Exists in types alone. */
  readonly [target]?: () => T;
}

/** A model, or a function that gives it: for models that are related to themselves or to each other. */
export type ModelOrFunction<T> = Model<T> | (() => Model<T>);

/** Options of {@link one}. */
export interface OneOptions<T> {
  /**
   * The fields that the keys refer to. @default the id; of a list of keys the last refers to the id, and each other one to the
   * field of its own name
   */
  references?: (keyof T & string) | readonly (keyof T & string)[];
  /**
   * The objects that a request may see: one that is not among them is shown as null, and nobody may refer to it.
   * @default all of them
   */
  queryset?: AnyScope<T>;
  /**
   * What the database does with the object when the one that it refers to is deleted; of `sqlModel` alone.
   * @default "noAction": what is referred to can't be deleted
   */
  onDelete?: OnDelete;
  /** Whether a table that is created has a foreign key for it, where it can have one. @default true */
  foreignKey?: boolean;
}

/** Options of {@link many}. */
export interface ManyOptions<T> {
  /**
   * The fields of the object that the keys refer to. @default the id; of a list of keys the last refers to the id, and each
   * other one to the field of its own name
   */
  references?: string | readonly string[];
  /** The objects that a request may see: what is not among them is left out. @default all of them */
  queryset?: AnyScope<T>;
  /** The order in which they are shown. @default that of their ids */
  orderBy?: OrderKey<T> | readonly OrderKey<T>[];
}

type RelationTo<Related, Key extends string> = Related extends readonly (infer Item)[]
  ? Many<Item>
  : One<NonNullable<Related>, Key>;

/** What a model takes whose objects do not say what is related to them: the compiler's message is this text. */
interface Untyped {
  readonly [name: string]: "say in the type of the objects what is related to them: RelatedTo<{ … }>";
}

/** The relations of a model whose objects say by {@link RelatedTo} what is related to them. */
export type RelationsOf<T> =
  HasRelated<T> extends true
    ? { readonly [Name in keyof RelatedOf<T>]: RelationTo<RelatedOf<T>[Name], keyof T & string> }
    : Untyped;

/** No relations: what a model has whose type is written out, but for those that `RelatedTo` says. */
export type NoRelations = Record<never, never>;

/** What fits the objects: what their type says, else whatever is given where the compiler infers it. */
type Fitting<T, Given> =
  HasRelated<T> extends true ? RelationsOf<T> : [keyof Given] extends [never] ? Untyped : Given;

/** The option of models that have relations. */
export interface RelationsOption<T, Given = NoRelations> {
  /**
   * What is related to the objects, by name. Where the type of the objects follows from a schema, so does this; a type that is
   * written out says it by `RelatedTo`. @default nothing
   */
  relations?: Given & Fitting<T, Given>;
}

type RelatedBy<Given> = {
  -readonly [Name in keyof Given]: Given[Name] extends Many<infer Item>
    ? Item[]
    : Given[Name] extends One<infer Related, string>
      ? Related
      : never;
};

/** Objects whose type says what is related to them. */
export type WithRelations<T, Given> = [keyof Given] extends [never] ? T : T & RelatedTo<RelatedBy<Given>>;
