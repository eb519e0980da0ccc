/** A model of whatever objects, for what only looks objects up. */
export interface AnyModel {
  readonly name: string;
  readonly idKey: string;
  readonly objects: {
    get(id: string): Promise<unknown>;
    filter(where: never): { page(request: never): Promise<{ items: unknown[] }> };
  };
  update(object: never, changes: never): Promise<unknown>;
}
