import type { AllOptions, FullQueryset, OrderKey, Page, PageRequest, RelatedModel, Where } from "../types.ts";
import { answered } from "./answer.ts";
import { checkPaths, leadsThrough } from "./paths.ts";
import type { Request } from "./read.ts";
import { relationTag } from "./tag.ts";

interface State<T> {
  readonly objects: FullQueryset<T>;
  readonly model: RelatedModel;
  /** Conditions through relations, which are answered when something is read. */
  readonly pending: readonly object[];
  readonly request: Request | undefined;
}

/** Gives the objects behind a queryset that asks through relations, once all that it asks is answered. */
const settle: unique symbol = /* @__PURE__ */ Symbol("settle");

const settledOf = async (objects: FullQueryset<unknown>): Promise<FullQueryset<unknown>> =>
  objects instanceof ThroughQueryset ? objects[settle]() : objects;

/** A queryset of any engine, which may be filtered through relations. */
class ThroughQueryset<T> implements FullQueryset<T> {
  readonly #state: State<T>;
  #settled: Promise<FullQueryset<T>> | undefined;

  constructor(state: State<T>) {
    this.#state = state;
  }

  #with(changed: Partial<State<T>>): ThroughQueryset<T> {
    return new ThroughQueryset({ ...this.#state, ...changed });
  }

  [relationTag](request: Request): ThroughQueryset<T> {
    return this.#with({ request });
  }

  /** What was looked up for a request holds as long as that. */
  [settle](): Promise<FullQueryset<T>> {
    const { request, pending, objects } = this.#state;
    if (pending.length === 0) return Promise.resolve(objects);
    if (this.#settled !== undefined) return this.#settled;
    const settled = this.#answered();
    if (request !== undefined) this.#settled = settled;
    return settled;
  }

  async #answered(): Promise<FullQueryset<T>> {
    const { objects, model, pending, request } = this.#state;
    const asker = { objects, model, request, settled: settledOf };
    const wheres = await Promise.all(pending.map(where => answered(where, asker)));
    return wheres.reduce<FullQueryset<T>>((narrowed, where) => narrowed.filter(where as Where<T>), objects);
  }

  async #read<R>(read: (objects: FullQueryset<T>) => Promise<R>): Promise<R> {
    return read(await this[settle]());
  }

  filter(where: Where<T>): FullQueryset<T> {
    const { objects, model, pending } = this.#state;
    if (!leadsThrough(where, model)) return this.#with({ objects: objects.filter(where) });
    checkPaths(where, model);
    return this.#with({ pending: [...pending, where] });
  }

  search(text: string, fields: readonly (keyof T)[]): FullQueryset<T> {
    return this.#with({ objects: this.#state.objects.search(text, fields) });
  }

  orderBy(...keys: OrderKey<T>[]): FullQueryset<T> {
    return this.#with({ objects: this.#state.objects.orderBy(...keys) });
  }

  withDeleted(): FullQueryset<T> {
    return this.#with({ objects: this.#state.objects.withDeleted() });
  }

  onlyDeleted(): FullQueryset<T> {
    return this.#with({ objects: this.#state.objects.onlyDeleted() });
  }

  get(id: string): Promise<T | undefined> {
    return this.#read(objects => objects.get(id));
  }

  page(request: PageRequest): Promise<Page<T>> {
    return this.#read(objects => objects.page(request));
  }

  count(): Promise<number> {
    return this.#read(objects => objects.count());
  }

  first(): Promise<T | undefined> {
    return this.#read(objects => objects.first());
  }

  all(options?: AllOptions): Promise<T[]> {
    return this.#read(objects => objects.all(options));
  }

  exists(): Promise<boolean> {
    return this.#read(objects => objects.exists());
  }

  update(changes: Partial<T>): Promise<number> {
    return this.#read(objects => objects.update(changes));
  }

  delete(): Promise<number> {
    return this.#read(objects => objects.delete());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* await this[settle]();
  }

  get firstOfEach(): FullQueryset<T>["firstOfEach"] {
    if (this.#state.objects.firstOfEach === undefined) return undefined;
    return (fields, limit) => this.#read(objects => objects.firstOfEach?.(fields, limit) as Promise<T[]>);
  }

  /** What is asked through relations is known once it is looked up: a model then asks by `get`. */
  get admits(): FullQueryset<T>["admits"] {
    const { objects, pending } = this.#state;
    if (objects.admits === undefined) return undefined;
    return (object, isWhole) => {
      const admitted = objects.admits?.(object, isWhole);
      return pending.length === 0 || admitted === false ? admitted : undefined;
    };
  }
}

/** Gives a queryset filters through the relations of a model. */
export function through<T>(objects: FullQueryset<T>, model: RelatedModel): FullQueryset<T> {
  return new ThroughQueryset({ objects, model, pending: [], request: undefined });
}
