import { useRef } from 'react';
import type { ScenarioMistake } from './run-request.ts';

interface Props {
  readonly text: string;
  readonly isRunning: boolean;
  readonly mistakes: readonly ScenarioMistake[];
  readonly onText: (text: string) => void;
  readonly onRun: () => void;
}

const MOST_SHOWN = 12;

/** A scenario as text, and its problems. A click on a problem goes to its place. */
export function ScenarioEditor({ text, isRunning, mistakes, onText, onRun }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const goTo = ({ line, column }: ScenarioMistake) => {
    const before = text.split('\n').slice(0, line - 1);
    const at = before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  return (
    <form
      className="scenario"
      aria-label="Scenario"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <textarea
        ref={area}
        value={text}
        spellCheck={false}
        aria-label="Scenario in YAML"
        aria-invalid={mistakes.length > 0}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && onRun()}
      />
      <div className="scenario-side">
        <div className="row">
          <button type="submit" className="primary" disabled={isRunning}>
            Run this scenario
          </button>
          <span className="hint">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
        </div>
        {mistakes.length === 0 ? (
          <p className="hint">
            The same file that <code>nixfleet-statechart simulate</code> reads, run by the same simulator. A fleet file
            that it names must be opened together with it.
          </p>
        ) : (
          <div role="alert">
            <p className="problem">
              {mistakes.length === 1 ? 'One problem' : `${mistakes.length} problems`} in the scenario:
            </p>
            <ul>
              {mistakes.slice(0, MOST_SHOWN).map((mistake) => (
                <li key={`${mistake.line} ${mistake.column} ${mistake.message}`}>
                  <button type="button" className="quiet" onClick={() => goTo(mistake)}>
                    <strong>
                      Line {mistake.line}, column {mistake.column}
                    </strong>
                    : {mistake.message}. <small>{mistake.remedy}</small>
                  </button>
                </li>
              ))}
            </ul>
            {mistakes.length > MOST_SHOWN && <p className="hint">and {mistakes.length - MOST_SHOWN} more</p>}
          </div>
        )}
      </div>
    </form>
  );
}
