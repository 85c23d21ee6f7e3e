import type { TestPath } from '../test-path.ts';
import { changedFields } from './changed-fields.ts';

/** Inside of a table's cell, where a pipe or a line break would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*[\r\n]+\s*/g, ' ');

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** A path as a table that a person can walk through by hand. */
export function pathMarkdown(path: TestPath): string {
  let record = path.start;
  const rows = path.steps.map(({ event, note, expected }, index) => {
    const before = record;
    if (expected.ok) record = expected.state;
    const outcome = expected.ok
      ? record.state === before.state
        ? `stays ${record.state}`
        : `→ **${record.state}**`
      : `refused: ${code('invariant' in expected.error ? expected.error.invariant : expected.error.kind)}`;
    const writes = changedFields(before, record).map(([field, value]) => code(`${field} = ${JSON.stringify(value)}`));
    const effects = expected.ok ? expected.effects.map(({ type }) => code(type)) : [];
    const what = `${code(event.type)} seq ${event.seq}${note === null ? '' : `, ${note}`}`;
    return `| ${[String(index + 1), what, outcome, writes.join('<br>'), effects.join(', ')].map(cell).join(' | ')} |`;
  });
  return [
    `### ${path.name}`,
    '',
    `Starts in **${path.start.state}** under policy ${code(path.policy.onHealthFailure)}, lastEventSeq ${path.start.lastEventSeq}.`,
    '',
    '| | event | outcome | written | effects, in order |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
