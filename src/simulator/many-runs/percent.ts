/** Never 0 % of something that happened, nor 100 % of what did not always. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  // By way of a number, which drops the zeros at the end.
  return `${Number(Math.min(99.99, Math.max(0.01, share * 100)).toFixed(2))} %`;
}
