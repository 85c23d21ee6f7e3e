import { useEffect, useMemo, useRef } from 'react';
import { formatClock } from '../../../text/index.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';
import { isLate } from '../../sequence/message-words.ts';
import { layOutSequence, type Sequence, type SequenceItem } from '../../sequence/sequence.ts';
import { sequenceMermaid } from '../../sequence/sequence-mermaid.ts';
import { CopyButton } from '../copy-button.tsx';
import { StateBadge } from '../state-badge.tsx';

interface Props {
  readonly history: ShownRun;
  readonly host: number;
  readonly time: number;
  readonly onSeek: (runMs: number) => void;
  /** Runs it again and records the messages of the host; `null` if it cannot be run again. */
  readonly onRecord: (() => void) | null;
}

/** The positions of the lifelines, in pixels. */
const AGENT = 64;
const NETWORK = 196;
const CONTROL_PLANE = 328;
const WIDTH = 340;

/** The messages between one host and the control plane, from top to bottom. */
export function SequenceView({ history, host: number, time, onSeek, onRecord }: Props) {
  const host = history.hosts[number];
  const { messages } = history.file;
  const own = useMemo(() => {
    if (host === undefined || messages === null || !messages.hostnames.includes(host.hostname)) return null;
    return layOutSequence(
      messages.messages.filter(({ hostname }) => hostname === host.hostname),
      history.eventsOf(number),
    );
  }, [history, host, messages, number]);
  if (host === undefined) return <p className="hint">Choose a host to see its messages.</p>;
  if (own === null) {
    return (
      <section className="not-recorded" data-testid="not-recorded">
        <p>
          The messages of <bdi>{host.hostname}</bdi> are <strong>not recorded</strong>.
        </p>
        {onRecord === null ? (
          <p className="hint">
            Record them with <code>simulate --record run.json --messages {host.hostname}</code>.
          </p>
        ) : (
          <button type="button" onClick={onRecord}>
            Record messages of this host
          </button>
        )}
        <p className="hint">A run with the same seed is the same run, so nothing else changes.</p>
      </section>
    );
  }
  return (
    <section className="sequence" data-testid="sequence" aria-label={`Messages of ${host.hostname}`}>
      <div className="row between">
        <h3>
          <bdi>{host.hostname}</bdi>
        </h3>
        <CopyButton label="Copy as Mermaid" text={() => sequenceMermaid(host.hostname, own)} />
      </div>
      {messages !== null && messages.leftOut > 0 && (
        <p className="hint">
          {messages.leftOut.toLocaleString('en')} later messages of the selected hosts are left out.
        </p>
      )}
      <div className="lifeline-names" aria-hidden="true">
        <span style={{ left: AGENT }}>agent</span>
        <span style={{ left: NETWORK }}>network</span>
        <span style={{ left: CONTROL_PLANE }}>control plane</span>
      </div>
      <Diagram sequence={own} time={time} onSeek={onSeek} />
    </section>
  );
}

interface DiagramProps {
  readonly sequence: Sequence;
  readonly time: number;
  readonly onSeek: (runMs: number) => void;
}

function Diagram({ sequence, time, onSeek }: DiagramProps) {
  const { items, gaps, height, yAt } = sequence;
  const area = useRef<HTMLDivElement>(null);
  const now = yAt(time);
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    if (now < element.scrollTop || now > element.scrollTop + element.clientHeight - 20)
      element.scrollTop = Math.max(0, now - element.clientHeight / 2);
  }, [now]);
  return (
    <div className="sequence-area" ref={area} tabIndex={0} role="group" aria-label="Messages in order">
      <div style={{ height, width: WIDTH, position: 'relative' }}>
        <svg width={WIDTH} height={height} aria-hidden="true">
          {[AGENT, NETWORK, CONTROL_PLANE].map((x) => (
            <line key={x} className={x === NETWORK ? 'network' : 'lifeline'} x1={x} x2={x} y1={0} y2={height} />
          ))}
          {gaps.map(({ y, words }) => (
            <text key={y} className="gap" x={NETWORK} y={y + 4}>
              · {words} ·
            </text>
          ))}
          {items.map((item, index) => (
            <Shape key={index} item={item} />
          ))}
          <line className="now" x1={0} x2={WIDTH} y1={now} y2={now} />
        </svg>
        <ol>
          {items.map((item, index) => (
            <Row key={index} item={item} isLater={item.runMs > time} onSeek={onSeek} />
          ))}
        </ol>
      </div>
    </div>
  );
}

function Shape({ item }: { readonly item: SequenceItem }) {
  if (item.type === 'note') return null;
  if (item.type === 'quiet') {
    return (
      <rect
        className="quiet-band"
        x={AGENT}
        y={item.y + 4}
        width={CONTROL_PLANE - AGENT}
        height={Math.max(8, item.toY - item.y)}
      />
    );
  }
  const { message, y, toY } = item;
  const [from, to] = message.from === 'agent' ? [AGENT, CONTROL_PLANE] : [CONTROL_PLANE, AGENT];
  const start = y + 12;
  const isGone = message.fate === 'lost' || message.fate === 'bounced';
  const end = isGone ? { x: NETWORK, y: start } : { x: to, y: Math.max(start, toY + 12) };
  const classes = [
    'arrow',
    message.fate === 'arrived' ? '' : 'is-lost',
    isLate(message) ? 'is-late' : '',
    message.isDuplicate ? 'is-duplicate' : '',
  ];
  const angle = Math.atan2(end.y - start, end.x - from);
  return (
    <g className={classes.filter((each) => each !== '').join(' ')}>
      <line x1={from} y1={start} x2={end.x} y2={end.y} />
      {message.fate === 'arrived' ? (
        <path d={`M${end.x} ${end.y} l-8 -4 v8 z`} transform={`rotate(${(angle * 180) / Math.PI} ${end.x} ${end.y})`} />
      ) : (
        <path className="cross" d={`M${end.x - 5} ${end.y - 5} l10 10 m0 -10 l-10 10`} />
      )}
    </g>
  );
}

interface RowProps {
  readonly item: SequenceItem;
  readonly isLater: boolean;
  readonly onSeek: (runMs: number) => void;
}

function Row({ item, isLater, onSeek }: RowProps) {
  const { y, words, runMs } = item;
  const side = item.type === 'note' ? item.side : item.type === 'message' ? item.message.from : 'agent';
  return (
    <li style={{ top: y - 6 }} className={isLater ? 'is-later' : ''}>
      <button
        type="button"
        className={`quiet from-${side}`}
        onClick={() => onSeek(runMs)}
        title={item.type === 'message' ? JSON.stringify(item.message.content, null, 2) : words}
      >
        <time>{formatClock(runMs)}</time>
        <span className={`is-${item.type}`}>
          {item.type === 'note' && item.state !== null ? <StateBadge state={item.state} /> : words}
        </span>
      </button>
    </li>
  );
}
