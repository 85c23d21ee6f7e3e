/** What `JSON.parse` returns and `JSON.stringify` keeps. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; any string is a name. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}
