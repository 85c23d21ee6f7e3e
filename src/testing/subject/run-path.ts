import type { HostEventType, HostRolloutState } from '../../machine/index.ts';
import { answerOf } from '../answer.ts';
import { expectedVisits, type CoverageMeter, type Shown } from '../coverage/measure-coverage.ts';
import { differences, differenceText } from '../difference.ts';
import type { PathStep, TestPath } from '../test-path.ts';
import { checkNames } from './check-names.ts';
import type { EventHandler, Subject } from './subject.ts';

/** What was run of a path. */
export interface PathRun {
  readonly run: number;
  readonly skipped: number;
  /** The number of comparisons. */
  readonly assertions: number;
}

/** A path that failed, with the events that led there. */
export class PathFailure extends Error {
  override readonly name = 'PathFailure';
}

/** The handler of an event; `null` if the subject has none. */
export function handlerOf<Handle>(
  { events }: Pick<Subject<Handle>, 'events'>,
  type: HostEventType,
): EventHandler<Handle, HostEventType> | null {
  if (typeof events === 'function') return events;
  // Safe: a handler is only given events of the name it is listed under.
  return (events[type] as EventHandler<Handle, HostEventType> | undefined) ?? null;
}

/**
 * Runs one path on a subject, and compares everything visible after every event.
 *
 * An event without a handler is skipped. If it would have been accepted, the rest of the path is skipped too, because
 * the subject has left it.
 *
 * @throws PathFailure at the first difference, with the events that led there; or if nothing was compared
 */
export async function runPath<Handle>(
  path: TestPath,
  subject: Subject<Handle>,
  coverage: CoverageMeter | null = null,
): Promise<PathRun> {
  checkNames(subject);
  const counts = { run: 0, skipped: 0, assertions: 0 };
  const handle = await subject.start(structuredClone(path));
  let isLost = false;
  try {
    for (const { step, ...visit } of expectedVisits(path)) {
      const give = isLost ? null : handlerOf(subject, step.event.type);
      if (give === null) {
        counts.skipped += 1;
        coverage?.skip();
        isLost ||= step.expected.ok;
        continue;
      }
      // Each subject gets its own copies, so that one that modifies its events does not change another path.
      await give(handle, structuredClone(step.event), structuredClone(step));
      const after = step.expected.ok ? step.expected.state : visit.before;
      const { assertions, shown } = await compareAll(path, counts.run + counts.skipped, step, after, subject, handle);
      if (shown.state && counts.run === 0) coverage?.begin(path.start);
      counts.assertions += assertions;
      counts.run += 1;
      if (assertions > 0) coverage?.run(visit, { shown, isRight: true });
      else coverage?.leaveUncompared();
    }
  } finally {
    await subject.stop?.(handle);
  }
  if (counts.assertions === 0) {
    throw new PathFailure(
      `${path.name}: nothing was compared (${counts.skipped} of ${path.steps.length} events skipped).`,
    );
  }
  return counts;
}

async function compareAll<Handle>(
  path: TestPath,
  index: number,
  step: PathStep,
  after: HostRolloutState,
  subject: Subject<Handle>,
  handle: Handle,
): Promise<{ readonly assertions: number; readonly shown: Shown }> {
  const answer = answerOf(step.expected);
  let assertions = 0;
  const shown = { state: false, record: false, effects: false, acceptance: false, refusal: false };
  const compare = (what: string, expected: unknown, actual: unknown, allowMore = false): void => {
    assertions += 1;
    const [first] = differences(expected, actual, { max: 1, allowMore });
    if (first !== undefined) throw new PathFailure(failureText(path, index, `${what} ${differenceText(first)}`));
  };

  if (subject.refusal !== undefined) {
    const actual = await subject.refusal(handle);
    shown.acceptance = true;
    shown.refusal = actual === null || 'kind' in actual;
    if (actual === null || 'ok' in answer) compare('refusal', 'ok' in answer ? null : answer.err, actual);
    else compare('refusal', only(answer.err, actual), actual, true);
  }
  if (subject.record !== undefined) {
    const actual = await subject.record(handle);
    if (Object.keys(actual).length > 0) compare('record', only(after, actual), actual);
    shown.state = Object.hasOwn(actual, 'state');
    shown.record = Object.keys(after).every((field) => Object.hasOwn(actual, field));
    shown.acceptance ||= Object.hasOwn(actual, 'lastEventSeq');
  }
  if (subject.effects !== undefined) {
    shown.effects = true;
    compare('effects', 'ok' in answer ? answer.ok.effects : [], await subject.effects(handle));
  }
  const look = subject.states?.[after.state];
  if (look !== undefined) {
    assertions += 1;
    shown.state = true;
    try {
      await look(handle, structuredClone(after));
    } catch (error) {
      const message = error instanceof Error ? error.message : 'it threw what is no error';
      throw new PathFailure(failureText(path, index, `in state ${after.state}: ${message}`), { cause: error });
    }
  }
  return { assertions, shown };
}

/** The expected values of the fields that the subject shows. A field that the record lacks remains a difference. */
const only = (expected: object, shown: object): object =>
  Object.fromEntries(Object.entries(expected).filter(([field]) => Object.hasOwn(shown, field)));

const MAX_TRAIL = 20;

function failureText(path: TestPath, index: number, what: string): string {
  const from = Math.max(0, index + 1 - MAX_TRAIL);
  const trail = path.steps.slice(from, index + 1).map(({ event, note }, position, shown) => {
    const mark = position === shown.length - 1 ? '>' : ' ';
    return `${mark} ${from + position + 1}. ${event.type} (seq ${event.seq})${note === null ? '' : `, ${note}`}`;
  });
  const left = from > 0 ? [`  (${from} events before)`] : [];
  return [`event ${index + 1} of ${path.name}:`, what, ...left, ...trail].join('\n');
}
