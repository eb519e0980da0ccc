/** What a model says of the fields that it alone sets. */
interface Owning {
  readonly stamps?: object | undefined;
  readonly softDelete?: string | undefined;
}

/** The fields that a model alone sets. */
export function ownFields({ stamps, softDelete }: Owning): readonly string[] {
  if (stamps === undefined && softDelete === undefined) return [];
  const names = [...Object.values(stamps ?? {}), softDelete] as (string | undefined)[];
  return names.filter(name => name !== undefined);
}
