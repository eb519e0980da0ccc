export { fields } from "./fields.ts";
export { type ListOfOptions, listOf } from "./listOf.ts";
export { omit } from "./omit.ts";
export { pick } from "./pick.ts";
export type {
  FieldsSerializer,
  KeySerializer,
  ListSerializer,
  Load,
  NestedSerializer,
  ObjectSerializer,
  OmitSerializer,
  PickSerializer,
  Serializer,
  SerializerFunction,
  SerializerRequest,
} from "./types.ts";
