/** Never 0 % of something that happened, or 100 % of something that did not always happen. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  // Through a number, which drops trailing zeros.
  return `${Number(Math.min(99.99, Math.max(0.01, share * 100)).toFixed(2))} %`;
}
