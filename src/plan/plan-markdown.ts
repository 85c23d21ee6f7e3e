import { count, formatCount, shortName, startClock, zoneName, type StartClock, type StartTime } from '../text/index.ts';
import { channelOf } from './critical-path.ts';
import type { Comparison } from './forecast.ts';
import type { Plan } from './plan.ts';
import { roughly } from './deadline.ts';
import {
  BAD_WORDS,
  bindingWords,
  BLAST_LEGEND,
  changesOf,
  comparisonTitle,
  deadlineWords,
  furtherAssumptions,
  gateWords,
  headline,
  pathSteps,
  savedWords,
  soakWords,
  startWords,
  stopWords,
} from './plan-words.ts';

const MINUTE_MS = 60_000;
const MAX_ROWS = 30;
const MAX_STEPS = 12;
/** Marks the comment, so that a workflow can find it and update it. */
export const COMMENT_MARK = '<!-- nixfleet-statechart plan -->';

/** A plan as a comment for a pull request: the verdict, a table, a timeline, lints. */
export function planMarkdown(plan: Plan, start: StartTime | null, comparison: Comparison | null): string {
  const clock = startClock(start, 'minutes');
  const zone = start === null ? '' : ` Times are in ${zoneName(start)}.`;
  const parts = [
    COMMENT_MARK,
    `**${escape(headline(plan, clock))}**${zone}`,
    escape([...plan.notes, bindingWords(plan)].join(' ').trim()),
    list(
      'What changes',
      changesOf(plan).map(({ what, effect }) => escape(`${what} ${effect}`)),
    ),
    courseTable(plan, clock),
    timeline(plan, start),
    list(
      'Gates that will matter',
      plan.gates.map((gate) => escape(`${shortName(gate.rolloutId)}: ${gateWords(gate)}`)),
    ),
    list(
      'Critical path',
      pathSteps(plan.path.links)
        .slice(-MAX_STEPS)
        .map(({ fromMs, untilMs, text }) => escape(`${clock(fromMs)}, for ${roughly(untilMs - fromMs)}: ${text}`)),
    ),
    comparison === null ? '' : comparisonTable(comparison, clock),
    blastTable(plan, clock),
    lintList(plan),
    list(
      'Assumptions',
      furtherAssumptions(plan).map(({ what, change }) => escape(`${what} ${change}`)),
    ),
    `<sub>Seed ${plan.scenario.seed}, ${count(plan.forecast?.runs ?? 1, 'run')}.</sub>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function courseTable({ waves, forecast }: Plan, clock: StartClock): string {
  const rows = waves.slice(0, MAX_ROWS).map((planned) => {
    const { rolloutId, channel, wave, hosts, endsMs } = planned;
    const found = forecast?.waves.find((each) => each.rolloutId === rolloutId && each.wave === wave);
    const p95 = found?.p95 ?? null;
    return [
      escape(`${channel}/${wave}`),
      formatCount(hosts),
      soakWords(planned),
      startWords(planned, clock),
      endsMs === null ? 'never' : clock(endsMs),
      p95 === null ? '-' : clock(p95.ms),
    ];
  });
  return section('Schedule', table(['wave', 'hosts', 'soak', 'starts', 'ends', 'p95'], rows));
}

/** Mermaid's Gantt chart of the waves, to the minute. */
function timeline({ waves }: Plan, start: StartTime | null): string {
  const shown = waves.filter(({ startsMs, endsMs }) => startsMs !== null && endsMs !== null).slice(0, MAX_ROWS);
  if (shown.length === 0) return '';
  const channels = [...new Set(shown.map(({ channel }) => channel))];
  // Without a zone, so that every reader sees the plan's clock. Without a start, the chart begins at midnight.
  const zeroAt = start === null ? 0 : start.startAt + start.offsetMinutes * MINUTE_MS;
  const timeOf = (ms: number): string => new Date(zeroAt + ms).toISOString().slice(0, 16).replace('T', ' ');
  const lines = channels.flatMap((channel) => [
    `  section ${label(channel)}`,
    ...shown
      .filter((wave) => wave.channel === channel)
      .map(({ wave, startsMs, endsMs }) => {
        const minutes = Math.max(1, Math.round(((endsMs ?? 0) - (startsMs ?? 0)) / MINUTE_MS));
        return `  wave ${wave} :${timeOf(startsMs ?? 0)}, ${minutes}m`;
      }),
  ]);
  return ['```mermaid', 'gantt', '  dateFormat YYYY-MM-DD HH:mm', '  axisFormat %H:%M', ...lines, '```'].join('\n');
}

function comparisonTable(comparison: Comparison, clock: StartClock): string {
  const { base, results } = comparison;
  const rows = results.map(({ changes, p95, savedMs }) => [
    changes.map((change) => `\`${change.replaceAll('`', "'")}\``).join(' and '),
    p95 === null ? '-' : clock(p95.ms),
    savedWords(savedMs),
  ]);
  const unchanged = base.p95 === null ? '' : `Without changes: ${clock(base.p95.ms)} at p95. `;
  const outcome = `${unchanged}${deadlineWords(comparison) ?? ''}`.trim();
  const parts = [outcome, rows.length === 0 ? '' : table(['change', 'p95', ''], rows)];
  return section(comparisonTitle(comparison, clock), parts.filter((part) => part !== '').join('\n\n'));
}

function blastTable({ blasts }: Plan, clock: StartClock): string {
  const rows = blasts
    .slice(0, MAX_ROWS)
    .map((blast) => [
      escape(`${channelOf(blast.rolloutId)}/${blast.wave}`),
      escape(blast.hostname),
      BAD_WORDS[blast.how],
      ...[blast.hadIt, blast.wentBack, blast.haveItAtEnd, blast.notTold].map(formatCount),
      stopWords(blast, clock),
    ]);
  if (rows.length === 0) return '';
  const head = ['wave', 'host', 'what fails', 'had it', 'back', 'keep', 'missed', 'stops'];
  return `<details><summary>If the release is bad on one host, worst first</summary>\n\n${table(head, rows)}\n\n${BLAST_LEGEND.join(' ')}\n\n</details>`;
}

function lintList({ lints }: Plan): string {
  return list(
    'Before you roll out',
    lints.map(
      ({ severity, id, path, what, remedy }) =>
        `${severity} \`${id}\` at \`${path.replaceAll('`', "'")}\`: ${escape(`${what} ${remedy}`)}`,
    ),
  );
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : section(title, items.map((item) => `- ${item}`).join('\n'));
}

const section = (title: string, body: string): string => `### ${title}\n\n${body}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Names come from files, and must not act as Markdown, HTML or a mention. */
function escape(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]()#+!|~@]/g, String.raw`\$&`)
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', ' ');
}

/** Mermaid ends names at these. */
const label = (name: string): string => name.replaceAll(/[:;#\n]/g, ' ');
