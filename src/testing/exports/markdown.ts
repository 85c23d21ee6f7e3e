import type { HostEvent } from '../../machine/events.ts';
import type { HostRolloutState } from '../../machine/record.ts';
import type { TestPath } from '../test-path.ts';
import { changedFields } from './changed-fields.ts';

/** Inside of a table's cell, where a pipe or a line break would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*[\r\n]+\s*/g, ' ');

/** As code, in a fence that is longer than any in the text, which thus stays what it is. No text here ends with one. */
function code(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${text}${fence}`;
}

const fieldsOf = (fields: Iterable<readonly [string, unknown]>): readonly string[] =>
  Array.from(fields, ([field, value]) => code(`${field} = ${JSON.stringify(value)}`));

/** What the event carries beside its name and its number. */
function carriedBy({ type: _type, seq: _seq, ...carried }: HostEvent): readonly string[] {
  return fieldsOf(Object.entries(carried));
}

/** What the path starts from, as far as it is not null. */
function givenIn({ state: _state, ...record }: HostRolloutState): readonly string[] {
  return fieldsOf(Object.entries(record).filter(([, value]) => value !== null));
}

/** A path as a table that a person can walk through by hand, with everything that the machine is given. */
export function pathMarkdown(path: TestPath): string {
  let record = path.start;
  const rows = path.steps.map(({ event, now, note, expected }, index) => {
    const before = record;
    if (expected.ok) record = expected.state;
    const outcome = expected.ok
      ? record.state === before.state
        ? `stays ${record.state}`
        : `→ **${record.state}**`
      : `refused: ${code('invariant' in expected.error ? expected.error.invariant : expected.error.kind)}`;
    const writes = fieldsOf(changedFields(before, record));
    const effects = expected.ok ? expected.effects.map(({ type }) => code(type)) : [];
    const name = `${code(event.type)} seq ${event.seq}${note === null ? '' : `, ${note}`}`;
    const what = [name, ...carriedBy(event)].join('<br>');
    const cells = [String(index + 1), String(now), what, outcome, writes.join('<br>'), effects.join(', ')];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return [
    `### ${path.name}`,
    '',
    `Starts in **${path.start.state}** under policy ${code(path.policy.onHealthFailure)}, with ${givenIn(path.start).join(', ')}; everything else is null.`,
    '',
    '| | now | event | outcome | written | effects, in order |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
