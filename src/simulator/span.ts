/** A duration in milliseconds: fixed if both are equal, otherwise evenly drawn, both ends included. */
export interface Span {
  readonly minMs: number;
  readonly maxMs: number;
}
