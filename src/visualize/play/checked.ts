/** What came from a link or a file: a value of which every part was looked at, or a sentence that says what is wrong. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };
