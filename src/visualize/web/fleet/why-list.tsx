import { blockerWords, causeWords, remedyWords, type HostTrack, type Why } from '../../../simulator/history/index.ts';
import { clockText } from './clock-text.ts';

interface Props {
  readonly why: Why;
  readonly onChoose: (host: number) => void;
}

/** Why a host waits, down to the root, and what to do about it. Each line leads to its host. */
export const WhyList = ({ why, onChoose }: Props) => (
  <ol className="why" aria-label={`Why ${why.host.hostname} waits`}>
    <Link why={why} onChoose={onChoose} />
  </ol>
);

function Link({ why, onChoose }: Props) {
  const { host, causes, more } = why;
  const isRoot = causes.length === 0;
  const remedy = isRoot ? remedyWords(host.hostname, why.holding, why.failure) : null;
  return (
    <li>
      <button type="button" className={`quiet ${isRoot ? 'is-root' : ''}`} onClick={() => onChoose(host.number)}>
        <span>{sentenceOf(host, why)}</span>
        {remedy !== null && (
          <small>
            <strong>Do:</strong> {remedy}
          </small>
        )}
      </button>
      {causes.length > 0 && (
        <ol className="why">
          {causes.map((cause) => (
            <Link key={cause.host.number} why={cause} onChoose={onChoose} />
          ))}
        </ol>
      )}
      {more > 0 && <p className="hint">and {more.toLocaleString('en')} more</p>}
    </li>
  );
}

function sentenceOf({ hostname }: HostTrack, { holding, failure }: Why): string {
  if (failure !== null) {
    const cause = causeWords(failure.cause, failure.revertedTo);
    return `${hostname} failed at ${clockText(failure.runMs)}${cause === '' ? '' : `: ${cause}`}.`;
  }
  if (holding === null) return `${hostname} is at an end.`;
  return `${blockerWords(hostname, holding.rolloutId, holding.blocker)} Since ${clockText(holding.sinceRunMs)}.`;
}
