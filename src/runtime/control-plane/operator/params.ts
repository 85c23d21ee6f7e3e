import { problem, type HttpAnswer } from '../http/answer.ts';

/** Reads a query parameter as a whole number. Anything else gives an answer that says what was expected. */
export function numberParam(
  params: URLSearchParams,
  name: string,
  min: number,
  max: number,
  absent: number,
): number | HttpAnswer {
  const text = params.get(name);
  if (text === null) return absent;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  return problem(400, 'query', `${name}: expected a whole number from ${min} to ${max}.`);
}
