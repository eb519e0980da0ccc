export { fields } from "./fields.ts";
export { omit } from "./omit.ts";
export { pick } from "./pick.ts";
export type {
  FieldsSerializer,
  KeySerializer,
  ObjectSerializer,
  OmitSerializer,
  PickSerializer,
  Serializer,
  SerializerFunction,
  SerializerRequest,
} from "./types.ts";
