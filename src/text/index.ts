/** Text forms of names, values, durations, times and problems. Pure, without dependencies. */
export * from './describe.ts';
export * from './duration.ts';
export { EMPTY_LIST } from './empty-list.ts';
export { errorCode } from './error-code.ts';
export { formatClock } from './format-clock.ts';
export { findJsonError, type JsonError } from './find-json-error.ts';
export { appendTo, groupBy } from './group-by.ts';
export { hostMatcher } from './host-pattern.ts';
export { byCodeUnit, namesInWords, namesOf, nearestName, nearestNames, sortedEntries, sortedUnique } from './names.ts';
export * from './problem.ts';
export * from './rfc3339.ts';
export { sentence } from './sentence.ts';
export { isSameJson } from './same-json.ts';
export { scanNames } from './scan-names.ts';
export { shortName } from './short-name.ts';
export * from './start-time.ts';
export { wrap } from './wrap.ts';
