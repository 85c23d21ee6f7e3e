import type { EngineEvent, ChartRecord } from '../engine.ts';
import { isHostPath, momentsOf, type AnyPath } from '../test-path.ts';
import { changedFields } from './changed-fields.ts';

/** A pipe or a line break would end a table cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*[\r\n]+\s*/g, ' ');

/**
 * As code, in backticks longer than any run in the text, so the text is unchanged. No text here ends with a backtick.
 */
function code(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${text}${fence}`;
}

const fieldsOf = (fields: Iterable<readonly [string, unknown]>): readonly string[] =>
  Array.from(fields, ([field, value]) => code(`${field} = ${JSON.stringify(value)}`));

/** What the event carries besides its type and number. */
function carriedBy(event: EngineEvent): readonly string[] {
  return fieldsOf(Object.entries(event).filter(([field]) => field !== 'type' && field !== 'seq'));
}

/** The fields of the start that are not null. */
function givenIn({ state: _state, ...record }: ChartRecord): readonly string[] {
  return fieldsOf(Object.entries(record).filter(([, value]) => value !== null));
}

const reasonOf = (refusal: { readonly kind: string }): string =>
  'invariant' in refusal ? String(refusal.invariant) : refusal.kind;

/** A path as a table to walk through by hand, with all inputs of the machine. */
export function pathMarkdown(path: AnyPath): string {
  const rows = momentsOf(path).map(({ event, now, note, before, after, effects, refusal }, index) => {
    const moved = before.state === after.state ? `stays ${after.state}` : `→ **${after.state}**`;
    const outcome = refusal === null ? moved : `refused: ${code(reasonOf(refusal))}`;
    const writes = fieldsOf(changedFields(before, after));
    const seq = 'seq' in event ? ` seq ${event.seq}` : '';
    const name = `${code(event.type)}${seq}${note === null ? '' : `, ${note}`}`;
    const what = [name, ...carriedBy(event)].join('<br>');
    const done = effects.map(({ type }) => code(type)).join(', ');
    const cells = [String(index + 1), String(now), what, outcome, writes.join('<br>'), done];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  const policy = isHostPath(path) ? ` under policy ${code(path.policy.onHealthFailure)}` : '';
  return [
    `### ${path.name}`,
    '',
    `Starts in **${path.start.state}**${policy}, with ${givenIn(path.start).join(', ')}; everything else is null.`,
    '',
    '| | now | event | outcome | written | effects, in order |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
