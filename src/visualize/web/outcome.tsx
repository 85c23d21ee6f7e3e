import type { ChartBranch, ChartModel } from '../chart-model.ts';
import { playEngines, type PlayRefusal } from '../play/engine.ts';
import type { ValueRead } from '../play/values-read.ts';
import { underOtherPolicy, type OtherPolicy } from '../play/other-policy.ts';
import type { SessionMoment, Session } from '../play/session.ts';
import { effectWords, guardWords } from '../words.ts';
import { fullValue, shortValue } from './format.ts';

interface Props {
  readonly model: ChartModel;
  readonly session: Session;
  readonly moment: SessionMoment | null;
}

/** The outcome of the last event: its effects in order, or why it was refused. */
export function OutcomeView({ model, session, moment }: Props) {
  if (moment === null) {
    return (
      <section className="outcome" aria-live="polite">
        <p className="hint">
          Click an event on a card to see what happens; <strong>bold</strong> ones are accepted in the current state.
          Shift-click, or <kbd>E</kbd>, lets you edit it first. Conditions are yellow, effects are blue.
        </p>
      </section>
    );
  }
  const { event, result, before, after } = moment;
  const cell = model.states.find(({ name }) => name === before.state)?.events.find(({ type }) => type === event.type);
  return (
    <section className={`outcome ${result.ok ? 'is-accepted' : 'is-refused'}`} aria-live="polite" data-testid="outcome">
      <h2>
        {result.ok ? '✓ Accepted' : `✕ Refused: ${result.error.kind}`} <code>{event.type}</code>
      </h2>
      {result.ok ? (
        <p className="lead">
          {before.state === after.state ? `Stays ${after.state}.` : `${before.state} → ${after.state}`}
        </p>
      ) : (
        <p className="lead" data-testid="refusal">
          {result.error.message}
        </p>
      )}
      {!result.ok && <RefusalFacts error={result.error} />}
      {!result.ok && cell === undefined && <Takes model={model} state={before.state} />}
      {cell !== undefined && (
        <Guards session={session} moment={moment} branches={cell.branches} always={model.alwaysAsked} />
      )}
      {result.ok && <Effects moment={moment} />}
      <OtherPolicyNote other={underOtherPolicy(session, moment)} state={after.state} />
    </section>
  );
}

function Guards({
  session,
  moment,
  branches,
  always,
}: {
  readonly session: Session;
  readonly moment: SessionMoment;
  readonly branches: readonly ChartBranch[];
  readonly always: readonly string[];
}) {
  const names = [...new Set([...always, ...branches.flatMap(({ guards }) => guards)])];
  const shown = moment.result.ok ? names.filter((name) => !always.includes(name)) : names;
  if (shown.length === 0) return null;
  const policy = { onHealthFailure: session.onHealthFailure };
  return (
    <ul className="answers">
      {shown.map((guard) => {
        const holds = playEngines[session.machine].guardHolds(guard, moment.before, moment.event, policy);
        return (
          <li key={guard} className={holds ? 'holds' : 'fails'}>
            <span aria-hidden="true">{holds ? '✓' : '✕'}</span>
            <span>
              <code>{guard}</code> {holds ? 'holds' : 'does not hold'}
              <small>asks whether {guardWords(guard)}</small>
              <Facts
                facts={playEngines[session.machine].guardValues(guard, moment.before, moment.event, policy)}
                testId={`values-${guard}`}
              />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Names and values, one per line. */
const Facts = ({ facts, testId }: { readonly facts: readonly ValueRead[]; readonly testId: string }) => (
  <dl className="facts" data-testid={testId}>
    {facts.map((fact) => (
      <Fact key={fact.name} {...fact} />
    ))}
  </dl>
);

const Fact = ({ name, value }: ValueRead) => (
  <div>
    <dt>{name}</dt>
    <dd title={fullValue(name, value)} data-value={JSON.stringify(value)}>
      {shortValue(name, value)}
    </dd>
  </div>
);

/** Left out, because the record shows the host, and the heading the kind of refusal. */
const SHOWN_ELSEWHERE: readonly string[] = ['kind', 'message', 'rolloutId', 'hostname'];

/** The fields of the refusal besides its message. */
const RefusalFacts = ({ error }: { readonly error: PlayRefusal }) => (
  <Facts
    testId="refusal-facts"
    facts={Object.entries(error)
      .filter(([name]) => !SHOWN_ELSEWHERE.includes(name))
      .map(([name, value]: [string, unknown]) => ({ name, value }))}
  />
);

function Takes({ model, state }: { readonly model: ChartModel; readonly state: string }) {
  const events = model.states.find(({ name }) => name === state)?.events ?? [];
  return (
    <p className="hint">
      {events.length === 0
        ? `${state} is an end state: it accepts nothing.`
        : `${state} only accepts ${events.map(({ type }) => type).join(', ')}.`}
    </p>
  );
}

/** The outcome under the other policy. */
function OtherPolicyNote({ other, state }: { readonly other: OtherPolicy | null; readonly state: string }) {
  if (other === null) return null;
  const { policy, added, missing } = other;
  return (
    <p className="other-policy" data-testid="other-policy">
      With <code>{policy}</code> instead: {other.state === state ? `${state} too` : other.state}
      {missing.length > 0 && <Named joint=", but without" effects={missing} />}
      {added.length > 0 && <Named joint=", and also" effects={added} />}.
    </p>
  );
}

const Named = ({ joint, effects }: { readonly joint: string; readonly effects: readonly string[] }) => (
  <>
    {joint}{' '}
    {effects.map((type) => (
      <span key={type}>
        <code className="effect-pill">{type}</code> ({effectWords(type)})
      </span>
    ))}
  </>
);

function Effects({ moment }: { readonly moment: SessionMoment }) {
  if (!moment.result.ok) return null;
  const { effects } = moment.result;
  return (
    <>
      <h3>Effects, in order</h3>
      {effects.length === 0 ? <p className="hint">None.</p> : null}
      <ol className="effects" data-testid="effects">
        {effects.map((effect, index) => (
          // The same effect may occur twice, so the key includes its index.
          <li key={index} data-effect={effect.type}>
            <details>
              <summary>
                <code className="effect-pill">{effect.type}</code> <small>{effectWords(effect.type)}</small>
              </summary>
              <dl>
                {Object.entries(effect)
                  .filter(([name]) => name !== 'type')
                  .map(([name, value]) => (
                    <Fact key={name} name={name} value={value} />
                  ))}
              </dl>
            </details>
          </li>
        ))}
      </ol>
    </>
  );
}
