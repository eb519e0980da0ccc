/** The commands of AWS's SDK under the names that the API has for them: what alone would bring the SDK into a bundle. */
export {
  BatchGetItemCommand as BatchGetItem,
  DeleteItemCommand as DeleteItem,
  GetItemCommand as GetItem,
  PutItemCommand as PutItem,
  QueryCommand as Query,
  ScanCommand as Scan,
  TransactWriteItemsCommand as TransactWriteItems,
  UpdateItemCommand as UpdateItem,
} from "@aws-sdk/client-dynamodb";
