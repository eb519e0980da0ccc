import { expectTypeOf } from "vitest";
import { asQueryset } from "../../../src/models/query/asQueryset.ts";
import type { FullModel, Model, OrderKey, Page, Queryset, Where } from "../../../src/models/types.ts";

interface User {
  id: string;
  name: string;
}

/** Written after the contract's own text, over another queryset. */
export class Objects<T> implements Queryset<T> {
  readonly #inner: Queryset<T>;

  constructor(inner: Queryset<T>) {
    this.#inner = inner;
  }

  filter(where: Where<T>): Queryset<T> {
    return new Objects(this.#inner.filter(where));
  }

  search(text: string, fields: readonly (keyof T)[]): Queryset<T> {
    return new Objects(this.#inner.search(text, fields));
  }

  orderBy(...keys: OrderKey<T>[]): Queryset<T> {
    return new Objects(this.#inner.orderBy(...keys));
  }

  get(id: string): Promise<T | undefined> {
    return this.#inner.get(id);
  }

  page(request: { limit?: number; offset?: number; cursor?: string }): Promise<Page<T>> {
    return this.#inner.page(request);
  }

  count(): Promise<number> {
    return this.#inner.count();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.#inner[Symbol.asyncIterator]();
  }
}

export class Wrapped<T> implements Model<T> {
  readonly name: string;
  readonly idKey: keyof T & string;
  readonly objects: Queryset<T>;
  readonly #inner: Model<T>;

  constructor(inner: Model<T>) {
    this.#inner = inner;
    this.name = inner.name;
    this.idKey = inner.idKey;
    this.objects = new Objects(inner.objects);
  }

  create(data: Partial<T>): Promise<T> {
    return this.#inner.create(data);
  }

  update(object: T, changes: Partial<T>): Promise<T> {
    return this.#inner.update(object, changes);
  }

  delete(object: T): Promise<void> {
    return this.#inner.delete(object);
  }
}

/** A queryset of one's own has no more methods than it must; the models of this package have all. */
export async function methodsOfAll(Own: Wrapped<User>, Users: FullModel<User>): Promise<void> {
  // @ts-expect-error the class may have none
  Own.objects.update({ name: "x" });
  const objects = asQueryset(Own.objects, Own);
  expectTypeOf(await objects.filter({ name: "x" }).update({ name: "y" })).toEqualTypeOf<number>();
  expectTypeOf(await Users.objects.orderBy("name").search("a", ["name"]).delete()).toEqualTypeOf<number>();
  expectTypeOf(await Users.objects.first()).toEqualTypeOf<User | undefined>();
  expectTypeOf(await Users.objects.all({ limit: 1 })).toEqualTypeOf<User[]>();
  // @ts-expect-error no such field
  Users.objects.update({ nmae: "x" });
  // @ts-expect-error no such option
  Users.objects.all({ limt: 1 });
}

/** What it searches in is a field of the objects. */
export function fieldsOfTheObjectsAlone(users: Queryset<{ name: string }>): void {
  users.search("ann", ["name"]);
  // @ts-expect-error no such field
  users.search("ann", ["nmae"]);
}
